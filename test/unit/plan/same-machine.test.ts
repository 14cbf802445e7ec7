import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findDrift } from '../../../src/plan/drift'
import type { OperationArguments } from '../../../src/plan/operation'
import { operations } from '../../../src/plan/operations'
import { mendNames, namedTwice, otherNamesOf } from '../../../src/plan/same-machine'
import { type Differences, fixture, planOf, situationOf } from './situation'

const yaml = fixture('two-servers.fleet.yaml')
const live = fixture('two-servers.conf')
const separate = yaml.replace('server: core-1', 'host: lb').replace('127.0.0.1', '10.0.0.1')
const twins: Differences = { servers: { 'core-1': { boot: 'b' }, 'core-2': { boot: 'b' } } }

test('names are of one machine if it is one boot, and not if a machine does not say', () => {
  for (const [text, differences, groups] of [
    [yaml, {}, []],
    [yaml, { servers: { 'core-1': { boot: 'b' } } }, []],
    [yaml, { servers: { 'core-1': { boot: 'b' }, 'core-2': { boot: 'c' } } }, []],
    [yaml, twins, [['core-1', 'core-2']]],
    [yaml, { ...twins, unreachable: ['core-2'] }, []],
    // nginx of a server is that server.
    [yaml, { servers: { 'core-1': { boot: 'b' } }, loadBalancer: { boot: 'b' } }, []],
    [separate, { servers: { 'core-1': { boot: 'b' } }, loadBalancer: { boot: 'b' } }, [['lb', 'core-1']]],
    [separate, { ...twins, loadBalancer: { boot: 'b' } }, [['lb', 'core-1', 'core-2']]],
  ] as const) {
    const { fleet, observed } = situationOf(text, live, differences)
    assert.deepEqual(namedTwice(fleet, observed), groups)
    for (const name of ['lb', 'core-1', 'core-2'])
      assert.deepEqual(
        otherNamesOf(fleet, observed, name),
        groups.flatMap((group: readonly string[]) =>
          group.includes(name) ? group.filter(other => other !== name) : [],
        ),
      )
  }
})

test('of a load balancer that is a server, what to write is said', () => {
  const { fleet } = situationOf(separate, live)
  assert.match(
    mendNames(fleet, ['lb', 'core-1']),
    /^if nginx runs on core-1, write `server: core-1` under load_balancer/,
  )
  assert.match(mendNames(fleet, ['core-1', 'core-2']), /^correct the host of one of them/)
  const balances = { servers: { 'core-1': { boot: 'b' } }, loadBalancer: { boot: 'b' } }
  const [drift] = findDrift(situationOf(separate, live, balances)).filter(({ mend }) => mend === undefined)
  assert.match(drift?.message ?? '', /^lb and core-1 are one machine: if nginx runs on core-1/)
  assert.equal(drift?.server, 'core-1')
})

const changing: Readonly<Record<string, OperationArguments>> = {
  'add-worker': { server: 'core-2' },
  'remove-worker': { server: 'core-2' },
  'remove-server': { server: 'core-2' },
  restart: { server: 'core-2', worker: 1 },
  'rolling-restart': {},
  drain: { server: 'core-2' },
  undrain: { server: 'core-2' },
  'set-calls': { server: 'core-2', calls: 4 },
  apply: {},
}
for (const [name, given] of Object.entries(changing))
  test(`${name} of a machine with two names is refused`, () => {
    const operation = operations.find(one => one.name === name)
    assert.ok(operation)
    const plan = planOf(operation, given, yaml, live, twins)
    assert.deepEqual(plan.steps, [])
    assert.match(plan.refusals.map(({ message }) => message).join(), /core-2 is the same machine as core-1/)
    assert.deepEqual(
      planOf(operation, given, yaml, live, { servers: { 'core-1': { boot: 'b' }, 'core-2': { boot: 'c' } } }).refusals,
      planOf(operation, given, yaml, live).refusals,
    )
  })

test('a server that is one machine is changed while two others are one', () => {
  const three = `${yaml}  core-3: { host: 10.0.0.3, cores: 4, workers: 1 }\n`
  const restart = operations.find(one => one.name === 'restart')
  assert.ok(restart)
  assert.match(three, /core-3/)
  const differences = { servers: { 'core-2': { boot: 'b' }, 'core-3': { boot: 'b' }, 'core-1': { boot: 'a' } } }
  assert.deepEqual(planOf(restart, { server: 'core-1', worker: 1 }, three, live, differences).refusals, [])
})
