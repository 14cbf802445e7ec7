import assert from 'node:assert/strict'
import { test } from 'node:test'
import { apply } from '../../../src/plan/apply'
import { findDrift } from '../../../src/plan/drift'
import {
  busy,
  type Differences,
  disabled,
  dying,
  failed,
  fixture,
  hung,
  planOf,
  situationOf,
  stopped,
} from './situation'
import { toldSteps } from './told'

const yaml = fixture('two-servers.fleet.yaml')
const live = fixture('two-servers.conf')

test('a fleet that is as the file says needs nothing', () => {
  const plan = planOf(apply, {}, yaml, live)
  assert.deepEqual([plan.steps, plan.warnings, plan.refusals], [[], [], []])
})

test('all that differs, in the safe order: variables, workers, nginx, then restarts', () => {
  const environment = { exists: true, maxCalls: '9', workers: '3', setsPort: false }
  const differences = {
    servers: { 'core-1': { environment } },
    workers: { 'core-1/1': busy(0, 9), 'core-1/2': disabled, 'core-2/4': stopped },
  }
  const file = live.replace('    server 10.0.0.2:8004;\n', '')
  assert.deepEqual(toldSteps(planOf(apply, {}, yaml, file, differences)), [
    'set core-1 VOXCORE_WORKERS=4',
    'set core-1 MAX_CONCURRENT_CALLS=5',
    'enable core-1/2',
    'enable core-2/4',
    'ready core-2/4',
    'reachable core-2/4',
    'write -',
    'write 127.0.0.1:8001',
    'drained core-1/1',
    'restart core-1/1',
    'ready core-1/1',
    'write -',
  ])
})

test('the restarts begin from the file that was just written', () => {
  const file = live.replace('keepalive 32', 'keepalive 8')
  const writes = planOf(apply, {}, yaml, file, { workers: { 'core-1/1': busy(0, 9) } }).steps.filter(
    step => step.kind === 'write-upstream',
  )
  assert.equal(writes.length, 3)
  assert.equal(writes[0]?.before, file)
  assert.equal(writes[1]?.before, writes[0]?.text)
  assert.equal(writes[2]?.text, writes[0]?.text)
})

test('one server is made so and the other left', () => {
  const differences = { workers: { 'core-1/2': stopped, 'core-2/4': stopped } }
  assert.deepEqual(toldSteps(planOf(apply, { server: 'core-2' }, yaml, live, differences)), [
    'enable core-2/4',
    'ready core-2/4',
  ])
})

test('what it refuses', () => {
  assert.match(
    planOf(apply, {}, yaml, live, { unreachable: ['core-2'] }).refusals[0]?.message ?? '',
    /^core-2 cannot be reached/,
  )
  assert.throws(() => planOf(apply, { server: 'core-9' }, yaml, live), { name: 'OperationError' })
})

/** Worker 1 of core-2 is drained, restarted and brought back. */
const restartOfOne = [
  'write 10.0.0.2:8001',
  'drained core-2/1',
  'restart core-2/1',
  'ready core-2/1',
  'reachable core-2/1',
  'write -',
]

/** Every kind of drift that an operation mends, on the servers of `yaml`. */
const drifts: readonly {
  readonly name: string
  readonly text?: string
  readonly file?: string | undefined
  readonly differences?: Differences
  /** What apply does of it; that it is refused, where it is. */
  readonly steps: readonly string[] | RegExp
}[] = [
  {
    name: 'a hung worker, drained as far as possible',
    differences: { workers: { 'core-2/1': hung } },
    steps: restartOfOne,
  },
  {
    name: "another port's worker answers",
    differences: { workers: { 'core-2/1': { health: { kind: 'wrong', reason: 'it says port 8002' } } } },
    steps: restartOfOne,
  },
  {
    name: 'a hung worker that somebody has drained by hand: it answers before its line is up again',
    file: live.replace('10.0.0.2:8001;', '10.0.0.2:8001 down;'),
    differences: { workers: { 'core-2/1': hung } },
    steps: ['drained core-2/1', 'restart core-2/1', 'ready core-2/1', 'reachable core-2/1', 'write -'],
  },
  {
    name: 'a hung worker that nginx does not have yet',
    file: live.replace('    server 10.0.0.2:8001;\n', ''),
    differences: { workers: { 'core-2/1': hung } },
    steps: ['drained core-2/1', 'restart core-2/1', 'ready core-2/1', 'reachable core-2/1', 'write -'],
  },
  {
    name: 'a worker that somebody has drained by hand is asked before its line is up again',
    file: live.replace('10.0.0.2:8001;', '10.0.0.2:8001 down;'),
    steps: ['ready core-2/1', 'reachable core-2/1', 'write -'],
  },
  {
    name: 'a worker that does not run',
    differences: { workers: { 'core-2/1': stopped } },
    steps: ['enable core-2/1', 'ready core-2/1'],
  },
  {
    name: 'one that has failed',
    differences: { workers: { 'core-2/1': failed } },
    steps: ['enable core-2/1', 'ready core-2/1'],
  },
  {
    name: 'one that keeps dying',
    differences: { workers: { 'core-2/1': dying } },
    steps: ['enable core-2/1', 'ready core-2/1'],
  },
  {
    name: 'one that a boot would not start',
    differences: { workers: { 'core-2/1': disabled } },
    steps: ['enable core-2/1'],
  },
  {
    name: 'one without a unit',
    differences: { workers: { 'core-2/1': { ...stopped, loadState: 'not-found' } } },
    steps: /^core-2 has no unit/,
  },
  {
    name: 'one that is masked',
    differences: { workers: { 'core-2/1': { ...stopped, loadState: 'masked' } } },
    steps: /is masked on core-2$/,
  },
  {
    name: 'one that fleet.yaml does not name',
    differences: { workers: { 'core-2/9': {} } },
    steps: ['drained core-2/9', 'disable core-2/9'],
  },
  {
    name: 'one that has read another value',
    differences: { workers: { 'core-2/1': busy(0, 9) } },
    steps: restartOfOne,
  },
  { name: 'nginx has not loaded its file', differences: { loadBalancer: { unloaded: true } }, steps: ['reload'] },
  {
    name: 'nginx has not loaded its file, and it differs: a write loads it',
    file: live.replace('keepalive 32', 'keepalive 8'),
    differences: { loadBalancer: { unloaded: true } },
    steps: ['write -'],
  },
  { name: 'another directive', file: live.replace('keepalive 32', 'keepalive 8'), steps: ['write -'] },
  { name: 'other parameters', file: live.replace(':8003;', ':8003 weight=2;'), steps: ['write -'] },
  { name: 'a line too many', file: live.replace('keepalive', 'server 10.9.9.9:80; keepalive'), steps: ['write -'] },
  { name: 'a line twice', file: live.replace('keepalive', 'server 10.0.0.2:8001; keepalive'), steps: ['write -'] },
  {
    name: 'a line too few',
    file: live.replace('    server 10.0.0.2:8001;\n', ''),
    steps: ['ready core-2/1', 'reachable core-2/1', 'write -'],
  },
  {
    name: 'no block',
    file: undefined,
    steps: [
      'ready core-1/1 core-1/2 core-1/3 core-1/4',
      'ready core-2/1 core-2/2 core-2/3 core-2/4',
      'reachable core-2/1 core-2/2 core-2/3 core-2/4',
      'write -',
    ],
  },
  {
    name: 'both variables',
    differences: {
      servers: { 'core-1': { environment: { exists: true, maxCalls: '4', workers: '3', setsPort: false } } },
    },
    steps: ['set core-1 VOXCORE_WORKERS=4', 'set core-1 MAX_CONCURRENT_CALLS=5'],
  },
  {
    name: 'the firewall',
    text: `${yaml}firewall: { tool: nftables, allow_from: [10.0.0.9] }\n`,
    differences: {
      loadBalancer: { sources: { '10.0.0.2': ['10.0.0.1'] } },
      servers: {
        'core-1': { firewall: { nftables: 'installed', ufw: 'absent', own: [] } },
        'core-2': { firewall: { nftables: 'installed', ufw: 'absent', own: [] } },
      },
    },
    steps: [
      'firewall core-1 nftables 8001-8004 from 10.0.0.9',
      'firewall core-2 nftables 8001-8004 from 10.0.0.1,10.0.0.9',
    ],
  },
]

for (const { name, text = yaml, differences = {}, steps, ...given } of drifts)
  test(`what status lists, apply mends or refuses: ${name}`, () => {
    const file = 'file' in given ? given.file : live
    const mends = findDrift(situationOf(text, file, differences)).flatMap(({ mend }) => mend ?? [])
    assert.ok(mends.length > 0)
    const plan = planOf(apply, {}, text, file, differences)
    if (steps instanceof RegExp) assert.match(plan.refusals.map(({ message }) => message).join(), steps)
    else assert.deepEqual([toldSteps(plan), plan.refusals], [steps, []])
    for (const { operation, given: on } of mends)
      if (operation === 'apply') assert.ok(planOf(apply, on, text, file, differences).steps.length > 0)
  })

test("what keeps another brand's from answering is named as that brand names it", () => {
  const environment = { exists: true, maxCalls: '5', workers: '4', setsPort: true }
  const acme = yaml.replace('load_balancer:', 'service: { workers_variable: ACME_WORKERS }\nload_balancer:')
  const differences: Differences = {
    servers: { 'core-2': { environment } },
    workers: { 'core-2/2': { health: { kind: 'wrong', reason: 'it says port 8001' } } },
  }
  assert.match(planOf(apply, {}, acme, live, differences).warnings.join(), /cannot answer while ACME_PORT is set in /)
  const [drift] = findDrift(situationOf(acme, live, differences)).filter(({ message }) => /same port/.test(message))
  assert.match(drift?.message ?? '', /^core-2 sets ACME_PORT in /)
})

test('a worker that VOXCORE_PORT in .env keeps from answering is not restarted in vain', () => {
  const environment = { exists: true, maxCalls: '5', workers: '4', setsPort: true }
  const wrong = { health: { kind: 'wrong', reason: 'it says port 8001' } } as const
  const plan = planOf(apply, {}, yaml, live, {
    servers: { 'core-2': { environment } },
    workers: { 'core-2/2': wrong },
  })
  assert.deepEqual(plan.steps, [])
  assert.match(plan.warnings.join(), /^worker 2 of core-2 cannot answer while VOXCORE_PORT is set in /)
})
