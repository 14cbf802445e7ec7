import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { ObservedFirewall, ObservedRules } from '../../../src/fleet/observed'
import { addWorker } from '../../../src/plan/add-worker'
import { apply } from '../../../src/plan/apply'
import { findDrift } from '../../../src/plan/drift'
import { closeFirewall, planFirewall } from '../../../src/plan/firewall'
import { removeWorker } from '../../../src/plan/remove-worker'
import { type Differences, fixture, planOf, situationOf } from './situation'
import { toldSteps } from './told'

const yaml = `${fixture('two-servers.fleet.yaml')}\nfirewall: { tool: nftables }\n`
const live = fixture('two-servers.conf')
const sources = { '10.0.0.2': ['10.0.0.1'] }

const without: ObservedFirewall = { nftables: 'installed', ufw: 'inactive', own: [] }
const rules = (changed: Partial<ObservedRules> = {}): ObservedFirewall => ({
  ...without,
  own: [{ tool: 'nftables', ports: ['8001-8004'], sources: ['10.0.0.1'], state: 'whole', ...changed }],
})
/** core-1 balances, and is as it should be; core-2 is what a test is about. */
const differences = (firewall: ObservedFirewall, more: Differences = {}): Differences => ({
  ...more,
  servers: { 'core-1': { firewall: rules({ sources: [] }) }, 'core-2': { firewall } },
  loadBalancer: { sources, ...more.loadBalancer },
})
const close = 'firewall core-2 nftables 8001-8004 from 10.0.0.1'

suite('the steps that are still needed', () => {
  const cases: readonly (readonly [what: string, yaml: string, found: ObservedFirewall, steps: readonly string[]])[] = [
    ['none are there', yaml, without, [close]],
    ['they are so', yaml, rules(), []],
    ['a worker more', yaml, rules({ ports: ['8001-8003'] }), [close]],
    ['somebody else is let in', yaml, rules({ sources: ['10.0.0.1', '10.0.0.9'] }), [close]],
    ['the load balancer is shut out', yaml, rules({ sources: [] }), [close]],
    ['a boot would lose them', yaml, rules({ state: 'unsaved' }), [close]],
    ['the other tool has them', yaml, rules({ tool: 'ufw' }), [close]],
    ['both tools have them', yaml, { ...without, own: [...rules().own, ...rules({ tool: 'ufw' }).own] }, [close]],
    [
      'more are let in',
      yaml.replace('nftables }', 'nftables, allow_from: [10.9.0.7/16, 10.0.0.1, "2001:db8::1"] }'),
      rules(),
      [
        'firewall core-1 nftables 8001-8004 from 10.0.0.1,10.9.0.0/16,2001:db8::1',
        'firewall core-2 nftables 8001-8004 from 10.0.0.1,10.9.0.0/16,2001:db8::1',
      ],
    ],
    [
      'another order of the same',
      yaml.replace('nftables }', 'nftables, allow_from: [10.0.0.1] }'),
      rules(),
      ['firewall core-1 nftables 8001-8004 from 10.0.0.1'],
    ],
    [
      'none are wanted',
      yaml.replace('nftables', 'none'),
      rules(),
      ['firewall core-1 none  from ', 'firewall core-2 none  from '],
    ],
    ['none are wanted, or there', fixture('two-servers.fleet.yaml'), without, ['firewall core-1 none  from ']],
  ]
  for (const [what, text, found, steps] of cases)
    test(what, () => {
      const situation = situationOf(text, live, differences(found))
      const planned = planFirewall(situation, situation.fleet.servers)
      assert.deepEqual(toldSteps(planned), steps)
      assert.deepEqual(planned.refusals, [])
      const named = new Set(
        findDrift(situation).flatMap(({ message, server }) => (/firewall|from|ports/.test(message) ? [server] : [])),
      )
      assert.deepEqual(
        [...named],
        planned.steps.map(step => step.server),
        'drift names the same servers',
      )
    })
})

test('the load balancer opens its own workers to itself over loopback alone', () => {
  const situation = situationOf(yaml, live, { servers: { 'core-1': { firewall: without } }, loadBalancer: { sources } })
  const { steps } = planFirewall(situation, situation.fleet.servers.slice(0, 1))
  assert.deepEqual(
    steps.map(step => step.title),
    ['Allow only core-1 itself to reach ports 8001-8004 of core-1'],
  )
})

test('workers on sockets need none', () => {
  const situation = situationOf(`${fixture('sockets.fleet.yaml')}\nfirewall: { tool: ufw }\n`, fixture('sockets.conf'))
  const { steps, refusals, warnings } = planFirewall(situation, situation.fleet.servers)
  assert.deepEqual({ steps, refusals, warnings }, { steps: [], refusals: [], warnings: [] })
})

suite('what forbids it', () => {
  const cases: readonly (readonly [what: string, yaml: string, Differences, RegExp])[] = [
    [
      'nobody knows from where the load balancer comes',
      yaml,
      { servers: { 'core-2': { firewall: without } } },
      /core-1 cannot tell from which address it reaches core-2 at 10\.0\.0\.2, so the firewall would block it/,
    ],
    [
      'everybody is let in',
      yaml.replace('nftables }', 'nftables, allow_from: [0.0.0.0/0] }'),
      differences(without),
      /allow_from has 0\.0\.0\.0\/0, which allows everyone/,
    ],
    [
      'nftables is not there',
      yaml,
      differences({ ...without, nftables: 'absent' }),
      /nftables is not installed on core-2/,
    ],
    [
      'ufw is not there',
      yaml.replace('nftables', 'ufw'),
      differences({ ...without, ufw: 'absent' }),
      /ufw is not installed on core-2/,
    ],
    [
      'ufw is off, and has rules',
      yaml.replace('nftables', 'ufw'),
      differences({ ...without, ufw: 'inactive-with-rules' }),
      /ufw is not enabled on core-2, and has rules/,
    ],
    [
      'ssh would be cut',
      yaml.replace(/core-2: \{/, 'core-2: { ssh: { port: 8003 },'),
      differences(without),
      /port 8003, by which core-2 is reached over ssh/,
    ],
    ['the load balancer cannot be asked', yaml, { loadBalancerUnreachable: true }, /core-1 cannot be reached/],
  ]
  for (const [what, text, found, message] of cases)
    test(what, () => {
      const situation = situationOf(text, live, found)
      const planned = planFirewall(situation, situation.fleet.servers.slice(1))
      assert.match(planned.refusals.map(one => one.message).join(), message)
      assert.deepEqual(planned.steps, [])
    })

  test('but for an address that somebody gives in its place', () => {
    const text = yaml.replace('nftables }', 'nftables, allow_from: [192.0.2.1] }')
    const situation = situationOf(text, live, { servers: { 'core-2': { firewall: without } } })
    const planned = planFirewall(situation, situation.fleet.servers.slice(1))
    assert.deepEqual(toldSteps(planned), ['firewall core-2 nftables 8001-8004 from 192.0.2.1'])
    assert.match(planned.warnings.join(), /only firewall.allow_from can connect/)
  })
})

test('closing takes the rules away, whatever tool has them, and is nothing where there are none', () => {
  const situation = situationOf(yaml, live, differences(rules({ tool: 'ufw' })))
  assert.deepEqual(toldSteps({ steps: closeFirewall(situation, { name: 'core-2' }) }), ['firewall core-2 none  from '])
  assert.deepEqual(closeFirewall(situationOf(yaml, live, differences(without)), { name: 'core-2' }), [])
})

test('a new worker is closed to others before it starts, and open to the load balancer before nginx is told', () => {
  const plan = planOf(addWorker, { server: 'core-2' }, yaml, live, differences(rules()))
  assert.deepEqual(toldSteps(plan).slice(0, 3), [
    'firewall core-2 nftables 8001-8005 from 10.0.0.1',
    'set core-2 VOXCORE_WORKERS=5',
    'enable core-2/5',
  ])
})

test('a port is closed to others until its worker has stopped', () => {
  const plan = planOf(removeWorker, { server: 'core-2' }, yaml, live, differences(rules()))
  assert.deepEqual(toldSteps(plan), [
    'write -',
    'drained core-2/4',
    'disable core-2/4',
    'firewall core-2 nftables 8001-8003 from 10.0.0.1',
    'set core-2 VOXCORE_WORKERS=3',
  ])
})

test('apply begins with it', () => {
  assert.deepEqual(toldSteps(planOf(apply, {}, yaml, live, differences(without))), [close])
})
