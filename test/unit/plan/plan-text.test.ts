import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseFleetDocument } from '../../../src/fleet/document'
import { addWorker } from '../../../src/plan/add-worker'
import { apply } from '../../../src/plan/apply'
import { drain } from '../../../src/plan/drain'
import type { Plan } from '../../../src/plan/plan'
import { planJson, type StepRecord } from '../../../src/plan/plan-json'
import { planSummary } from '../../../src/plan/plan-summary'
import { planLines } from '../../../src/plan/plan-text'
import { register } from '../../../src/plan/register'
import { reload } from '../../../src/plan/reload'
import { removeServer } from '../../../src/plan/remove-server'
import { removeWorker } from '../../../src/plan/remove-worker'
import { restart } from '../../../src/plan/restart'
import { rollingRestart } from '../../../src/plan/rolling-restart'
import { setCalls } from '../../../src/plan/set-calls'
import { ansiLine } from '../../../src/plan/styled-text'
import { undrain } from '../../../src/plan/undrain'
import { equipped } from './equipment'
import { growth } from './growth'
import { planText } from './plain-plan'
import { busy, disabled, fixture, planOf, situationOf, stopped } from './situation'

const two = [fixture('two-servers.fleet.yaml'), fixture('two-servers.conf')] as const
const sockets = [fixture('sockets.fleet.yaml'), fixture('sockets.conf')] as const
const [yaml, live] = two

const registrable = situationOf(fixture('registered.fleet.yaml'), undefined)
const voxbridge = {
  reachable: true,
  urls: ['https://other.example.com', 'https://core-2.example.com'],
  unhealthy: {},
} as const
const registering: Plan = {
  ...register.plan({ ...registrable, observed: { ...registrable.observed, voxbridge } }, {}),
  edits: [],
}

/** One of everything that apply mends. */
const walled = `${yaml.replace('workers: 4 }', 'workers: 3 }')}firewall: { tool: nftables, allow_from: [10.0.0.9] }\n`
const firewall = { nftables: 'installed', ufw: 'absent', own: [] } as const
const own = [{ tool: 'nftables', ports: ['8001-8004'], sources: ['10.0.0.1', '10.0.0.9'], state: 'whole' }] as const
const applying = planOf(apply, {}, walled, live.replace('    server 127.0.0.1:8004;\n', ''), {
  loadBalancer: { sources: { '10.0.0.2': ['10.0.0.1'] } },
  servers: { 'core-1': { firewall }, 'core-2': { firewall: { ...firewall, own } } },
  workers: { 'core-1/4': { ...stopped, ...disabled }, 'core-1/2': busy(1, 4), 'core-2/4': busy(2) },
})

const growing = fixture('growing.fleet.yaml').replace(
  'load_balancer:',
  'service:\n  install: ./scripts/install.sh\nload_balancer:',
)

const removable = situationOf(growing, fixture('growing.conf'), { workers: { 'core-2/1': busy(2) } })
const removing: Plan = {
  ...removeServer.plan(removable, { server: 'core-2' }),
  edits: [],
  editsAfter: removeServer.editAfter?.(parseFleetDocument(growing), removable.fleet, { server: 'core-2' }) ?? [],
}

/** Plans as a person reads them; the golden files are written anew with UPDATE_GOLDEN=1. */
const plans: Readonly<Record<string, readonly [Plan, string]>> = {
  'reload-changed': [
    planOf(reload, {}, yaml, live.replace('server 10.0.0.2:8004;', 'server 10.0.0.9:8004 down;')),
    yaml,
  ],
  'reload-same': [planOf(reload, {}, ...two), yaml],
  'reload-refused': [planOf(reload, {}, yaml, live, { loadBalancer: { nginxActive: false } }), yaml],
  'add-worker': [planOf(addWorker, { server: 'core-1', count: 2 }, ...two), yaml],
  'remove-worker': [planOf(removeWorker, { server: 'core-1' }, ...two, { workers: { 'core-1/4': busy(2) } }), yaml],
  drain: [planOf(drain, { server: 'core-1', worker: 3 }, ...two, { workers: { 'core-1/3': busy(2) } }), yaml],
  undrain: [planOf(undrain, { server: 'core-1', worker: 3 }, yaml, live.replace('8003;', '8003 down;')), yaml],
  'set-calls': [planOf(setCalls, { server: 'core-2', calls: 8 }, ...two, { workers: { 'core-2/1': busy(3) } }), yaml],
  apply: [applying, walled],
  'rolling-restart-server': [
    planOf(rollingRestart, { server: 'core-1' }, ...two, { workers: { 'core-1/1': busy(3) } }),
    yaml,
  ],
  'rolling-restart-sockets': [planOf(rollingRestart, {}, ...sockets), sockets[0]],
  'rolling-restart-again': [
    planOf(rollingRestart, { server: 'core-1' }, ...two, {
      servers: { 'core-1': { rollout: { since: 1795668670, restarted: [1, 2, 3] } } },
      workers: Object.fromEntries([1, 2, 3, 4].flatMap(id => [1, 2].map(server => [`core-${server}/${id}`, busy(5)]))),
    }),
    yaml,
  ],
  'rolling-restart-ended': [
    planOf(rollingRestart, { server: 'core-1' }, ...two, {
      servers: { 'core-1': { rollout: { since: 1795668670, restarted: [1, 2, 3, 4] } } },
    }),
    yaml,
  ],
  'rolling-restart-refused': [
    planOf(rollingRestart, { server: 'core-1' }, yaml, live, { unreachable: ['core-1'] }),
    yaml,
  ],
  'add-server': [
    growth(
      { server: 'core-3', host: '10.0.0.3', url: 'https://core-3.example.com', calls: 4 },
      {
        voxbridge: { reachable: true, urls: ['https://other.example.com'], unhealthy: {} },
        yaml: growing,
        source: {
          ...equipped,
          unit: { path: '/etc/systemd/system/voxcore@.service', dropIns: false, user: 'voxcore' },
        },
      },
    ),
    growing,
  ],
  'remove-server': [removing, growing],
  register: [registering, fixture('registered.fleet.yaml')],
  'restart-only-worker': [
    planOf(restart, { server: 'core-1', worker: 1 }, fixture('one-worker.fleet.yaml'), fixture('one-worker.conf')),
    fixture('one-worker.fleet.yaml'),
  ],
}

for (const [name, [plan, text]] of Object.entries(plans)) {
  test(`the plan ${name} reads as in its golden file`, () => {
    const path = `test/unit/plan/fixtures/plans/${name}.txt`
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, planText(plan, text))
    assert.equal(planText(plan, text), readFileSync(path, 'utf8'))
  })
}

test('nothing to do is said', () => {
  const nothing: Plan = {
    operation: 'add-worker',
    fleet: 'f',
    title: 'Add workers to a',
    edits: [],
    steps: [],
    warnings: [],
    questions: [],
    refusals: [],
  }
  assert.equal(planText(nothing, ''), 'Add workers to a\n  Nothing to do: already so.\n')
  assert.deepEqual(planSummary(nothing), { title: 'Add workers to a', detail: 'Nothing to do.' })
})

test('a plan that is refused asks nothing, and says all else that it knows', () => {
  const workers = Object.fromEntries(
    [1, 2].flatMap(server => [1, 2, 3, 4].map(id => [`core-${server}/${id}`, busy(5)])),
  )
  const asking = planOf(rollingRestart, { server: 'core-1' }, ...two, { workers })
  const refused: Plan = { ...asking, refusals: [{ message: 'no' }], warnings: ['mind the gap'] }
  assert.match(planText(asking, yaml), /^ {2}asks: 40 calls are active now/m)
  assert.equal(planText(refused, yaml), 'Rolling restart of core-1\n  refused: no\n  warning: mind the gap\n')
})

test('one call is said in the singular', () => {
  const quiet = planOf(rollingRestart, {}, sockets[0].replace('max_active_calls: 3', 'max_active_calls: 1'), sockets[1])
  assert.match(planText(quiet, sockets[0]), /Wait until the fleet has no more than 1 call \(/)
})

test('the modal counts what is done and names the servers', () => {
  const details = Object.entries(plans).map(([name, [plan]]) => [name, planSummary(plan).detail])
  assert.deepEqual(Object.fromEntries(details), {
    'reload-changed': 'Reloads nginx once, on core-1.',
    'reload-same': 'Reloads nginx once, on core-1.',
    'reload-refused': 'Nothing to do.',
    'add-worker': 'Starts 2 workers, sets 1 variable, edits fleet.yaml and reloads nginx once, on core-1.',
    'remove-worker':
      'Stops 1 worker, sets 1 variable, edits fleet.yaml and reloads nginx once, on core-1. Waits for calls to end on 1 worker.',
    drain: 'Edits fleet.yaml and reloads nginx once, on core-1. Waits for calls to end on 1 worker.',
    undrain: 'Reloads nginx once, on core-1.',
    'set-calls':
      'Restarts 4 workers, sets 1 variable, edits fleet.yaml and reloads nginx 5 times, on core-2 and core-1. Waits for calls to end on 4 workers.',
    apply:
      'Restarts 1 worker, starts 1 worker, stops 1 worker, sets the firewall of 2 servers and reloads nginx 3 times, on core-1 and core-2. Waits for calls to end on 2 workers.',
    'rolling-restart-server':
      'Restarts 4 workers and reloads nginx 5 times, on core-1. Waits for calls to end on 4 workers.',
    'rolling-restart-sockets':
      'Restarts 6 workers and reloads nginx 4 times, on old-1. Waits for calls to end on 6 workers.',
    'rolling-restart-again':
      'Restarts 1 worker and reloads nginx twice, on core-1. Waits for calls to end on 1 worker.',
    'rolling-restart-ended': 'Record on core-1 that the rollout has ended.',
    'rolling-restart-refused': 'Nothing to do.',
    'add-server':
      'Starts 5 workers, sets 2 variables, copies 3 paths, runs the install command, registers 1 URL with VoxBridge, edits fleet.yaml and reloads nginx once, on core-3 and core-1.',
    'remove-server':
      'Stops 2 workers, edits fleet.yaml and reloads nginx once, on core-1 and core-2. Waits for calls to end on 2 workers.',
    register: 'Registers 1 URL with VoxBridge.',
    'restart-only-worker': 'Restarts 1 worker and reloads nginx twice, on core-1. Waits for calls to end on 1 worker.',
  })
})

test('colour is by what a text is, and takes nothing from it', () => {
  const [plan, text] = plans['add-worker'] as readonly [Plan, string]
  const coloured = planLines(plan, text).map(line => `${ansiLine(line)}\n`)
  const start = String.fromCharCode(27)
  assert.ok(coloured.some(line => line.startsWith(`${start}[32m`) && line.includes('+ server 127.0.0.1:8005;')))
  assert.equal(coloured.join('').replaceAll(new RegExp(`${start}\\[\\d+m`, 'g'), ''), planText(plan, text))
})

test('as JSON a plan is the value itself, with what its steps change, its counts and its time', () => {
  const [plan] = plans['rolling-restart-server'] as readonly [Plan, string]
  const { counts, estimate, ...value } = JSON.parse(planJson(plan))
  const steps: readonly StepRecord[] = value.steps
  const shown = plan.steps.map(step => {
    if (step.kind !== 'write-upstream') return step
    const { text, before, ...rest } = step
    return rest
  })
  assert.deepEqual({ ...value, steps: steps.map(({ diff, ...step }) => step) }, { ...plan, steps: shown })
  const [drain, ...others] = steps.flatMap(({ diff }) => (diff ? [diff] : []))
  assert.deepEqual(drain, ['- server 127.0.0.1:8001;', '+ server 127.0.0.1:8001 down;'])
  assert.equal(others.length, 4)
  assert.deepEqual(counts, {
    servers: ['core-1'],
    restarted: 4,
    started: 0,
    stopped: 0,
    drained: 4,
    reloads: 5,
    variables: 0,
    copied: 0,
    installed: 0,
    registered: 0,
    deregistered: 0,
    firewalls: 0,
  })
  assert.ok(estimate.least > 0 && estimate.most > 4 * 600)
})

test('as JSON a variable says what it was', () => {
  const [plan] = plans['set-calls'] as readonly [Plan, string]
  const steps: readonly StepRecord[] = JSON.parse(planJson(plan)).steps
  assert.deepEqual(steps.find(step => step.kind === 'set-variable')?.diff, [
    '- MAX_CONCURRENT_CALLS=5',
    '+ MAX_CONCURRENT_CALLS=8',
  ])
})
