import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseFleetDocument } from '../../../src/fleet/document'
import type { ObservedVoxbridge } from '../../../src/fleet/observed'
import { applyTextEdits } from '../../../src/fleet/text'
import type { Plan } from '../../../src/plan/plan'
import { removeServer } from '../../../src/plan/remove-server'
import { busy, type Differences, disabled, fixture, fleetOf, situationOf, stopped } from './situation'
import { toldSteps } from './told'

const url = 'https://core-2.example.com'
const yaml = fixture('growing.fleet.yaml').replace('    host: 10.0.0.2\n', `    host: 10.0.0.2\n    url: ${url}\n`)
const live = fixture('growing.conf')
const knows = (...urls: readonly string[]): ObservedVoxbridge => ({ reachable: true, urls, unhealthy: {} })

function planFor(
  differences: Differences = {},
  voxbridge: ObservedVoxbridge = knows(url),
  text = yaml,
  file = live,
): Plan {
  const situation = situationOf(text, file, differences)
  const given = { server: 'core-2' }
  return {
    ...removeServer.plan({ ...situation, observed: { ...situation.observed, voxbridge } }, given),
    edits: [],
    editsAfter: removeServer.editAfter?.(parseFleetDocument(text), situation.fleet, given) ?? [],
  }
}

const gone = live.replace(/ +server 10\.0\.0\.2.*\n/g, '')
const ended = { workers: Object.fromEntries([1, 2].map(id => [`core-2/${id}`, { ...stopped, ...disabled }])) }
const drains = ['write -', 'drained core-2/1 core-2/2', 'disable core-2/1', 'disable core-2/2']
const cases: readonly (readonly [what: string, plan: () => Plan, steps: readonly string[]])[] = [
  ['whole', () => planFor(), [`deregister ${url}`, ...drains]],
  ['in any spelling', () => planFor({}, knows(`${url}/`)), [`deregister ${url}/`, ...drains]],
  ['not registered', () => planFor({}, knows('https://other.example.com')), drains],
  ['out of nginx already', () => planFor({}, knows(), yaml, gone), drains.slice(1)],
  ['only the file is left', () => planFor(ended, knows(), yaml, gone), []],
  [
    'a URL that another server has too stays registered',
    () => planFor({}, knows(url), yaml.replace('    cores: 4', `    url: ${url}\n    cores: 4`)),
    drains,
  ],
  ['a server that has died', () => planFor({ unreachable: ['core-2'] }), [`deregister ${url}`, 'write -']],
]
for (const [what, plan, steps] of cases)
  test(`removes a server: ${what}`, () => {
    const made = plan()
    assert.deepEqual(made.refusals, [])
    assert.deepEqual(toldSteps(made), steps)
    assert.ok(made.editsAfter?.length, 'fleet.yaml is edited last')
  })

test('fleet.yaml loses its lines and nothing else', () => {
  const text = applyTextEdits(yaml, planFor().editsAfter ?? [])
  assert.equal(text, yaml.replace(/ {2}core-2:\n( {4}.*\n)+\n/, ''))
  assert.deepEqual(
    fleetOf(text).servers.map(({ name }) => name),
    ['core-1'],
  )
})

test('refused: VoxBridge cannot be told, nobody would be left to take calls', () => {
  const messages = (plan: Plan) => plan.refusals.map(({ message }) => message).join('; ')
  assert.match(messages(planFor({}, { reachable: false, message: 'no token for VoxBridge was given' })), /no token/)
  const alone = { workers: { 'core-1/1': stopped, 'core-1/2': stopped } }
  assert.match(messages(planFor(alone)), /every new call would be refused/)
})

test('more calls than stay room for is asked about, and a dead server is warned of', () => {
  const full = { workers: Object.fromEntries(['core-1/1', 'core-1/2', 'core-2/1'].map(name => [name, busy(5)])) }
  assert.match(planFor(full).questions.join(), /15 calls are active now/)
  assert.match(planFor({ unreachable: ['core-2'] }).warnings.join(), /neither waited for nor stopped/)
})

test('the load balancer and the last server stay', () => {
  const situation = situationOf(yaml, live)
  assert.throws(() => removeServer.plan(situation, { server: 'core-1' }), /is the load balancer/)
  const only = 'name: x\nload_balancer: { host: 10.0.0.9 }\nservers: { a: {} }\n'
  assert.throws(() => removeServer.plan(situationOf(only, undefined), { server: 'a' }), /the only server/)
})

test('a server that leads to others stays', () => {
  const through = (jump: string) => `${yaml}ssh: { proxy_jump: ${jump} }\n`
  const plan = (text: string) => removeServer.plan(situationOf(text, live), { server: 'core-2' })
  assert.throws(() => plan(through('core-2')), /core-1 is reached through core-2/)
  assert.doesNotThrow(() => plan(through('core-1')))
})
