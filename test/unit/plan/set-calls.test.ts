import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { applyTextEdits } from '../../../src/fleet/text'
import { apply } from '../../../src/plan/apply'
import { restart } from '../../../src/plan/restart'
import { setCalls } from '../../../src/plan/set-calls'
import { busy, fixture, hung, planOf } from './situation'
import { reloadsOf, toldSteps } from './told'

const yaml = fixture('two-servers.fleet.yaml')
const live = fixture('two-servers.conf')
const given = { server: 'core-2', calls: 4 }
const edited = applyTextEdits(yaml, planOf(setCalls, given, yaml, live).edits)

test('the file, the variable, and then a rolling restart of the workers that have read the old value', () => {
  const plan = planOf(setCalls, given, yaml, live)
  assert.equal(plan.title, 'Let each worker of core-2 take 4 calls')
  assert.match(edited, /core-2: \{[^}]*max_concurrent_calls: 4/)
  assert.deepEqual(toldSteps(plan).slice(0, 5), [
    'set core-2 MAX_CONCURRENT_CALLS=4',
    'write 10.0.0.2:8001',
    'drained core-2/1',
    'restart core-2/1',
    'ready core-2/1',
  ])
  assert.equal(reloadsOf(plan), 5)
  assert.deepEqual(plan.warnings, [])
})

test('run again it restarts only those that have not read it yet', () => {
  const environment = { exists: true, maxCalls: '4', workers: '4', setsPort: false }
  const done = { 'core-2/1': busy(0, 4), 'core-2/2': busy(1, 4), 'core-2/3': busy(0, 4) }
  const half = planOf(setCalls, given, edited, live, {
    servers: { 'core-2': { environment } },
    workers: { ...done, 'core-2/4': busy(0, 5) },
  })
  assert.deepEqual(half.edits, [])
  assert.deepEqual(toldSteps(half), [
    'write 10.0.0.2:8004',
    'drained core-2/4',
    'restart core-2/4',
    'ready core-2/4',
    'reachable core-2/4',
    'write -',
  ])
  assert.deepEqual(planOf(setCalls, given, edited, live).steps, [])
})

test('it warns of more calls than the real cores are good for', () => {
  const plan = planOf(setCalls, { server: 'core-2', calls: 8 }, yaml, live, { servers: { 'core-2': { cores: 2 } } })
  assert.match(
    plan.warnings.join(),
    /core-2 would take 32 calls \(4 workers × 8\), and its 2 cores can carry about 10 \(5 a core\)/,
  )
})

test('the only worker that takes calls can be set too, when that is agreed to', () => {
  const alone =
    'no other worker of voxcore_workers takes calls while worker 1 of core-1 is out: new calls are refused until it is back'
  const small = [fixture('one-worker.fleet.yaml'), fixture('one-worker.conf')] as const
  const others = Object.fromEntries(['core-1/2', 'core-1/3', 'core-1/4'].map(name => [name, hung]))
  const unwell = { workers: { ...others, ...Object.fromEntries([1, 2, 3, 4].map(id => [`core-2/${id}`, hung])) } }
  const table = [
    planOf(setCalls, { server: 'core-1', calls: 3 }, ...small),
    planOf(setCalls, { calls: 3 }, yaml, live, unwell),
    planOf(apply, {}, ...small, { workers: { 'core-1/1': busy(0, 9) } }),
  ]
  for (const plan of table) {
    assert.deepEqual([plan.refusals, plan.questions], [[], [alone]])
    assert.ok(!plan.warnings.includes(alone))
    assert.ok(plan.steps.length > 0)
  }
  const restarted = planOf(restart, { server: 'core-1', worker: 1 }, ...small)
  assert.deepEqual([restarted.questions, restarted.warnings], [[], [alone]], 'asked for by name it is only warned of')
})

suite('all servers', () => {
  const all = { calls: 4 }

  test('the file says it once, all variables are set, and one rollout takes workers of both servers in turn', () => {
    const plan = planOf(setCalls, all, `${yaml}rollout: { batch: 2 }\n`, live)
    assert.equal(plan.title, 'Let each worker of fleet production take 4 calls')
    assert.match(
      applyTextEdits(`${yaml}rollout: { batch: 2 }\n`, plan.edits),
      /\nservice: \{ max_concurrent_calls: 4 \}\n$/,
    )
    assert.deepEqual(toldSteps(plan).slice(0, 5), [
      'set core-1 MAX_CONCURRENT_CALLS=4',
      'set core-2 MAX_CONCURRENT_CALLS=4',
      'write 127.0.0.1:8001 10.0.0.2:8001',
      'drained core-1/1 core-2/1',
      'restart core-1/1',
    ])
    assert.equal(reloadsOf(plan), 5)
  })

  test('a server with a number of its own gets it too, where it stands', () => {
    const own = yaml
      .replace('core-2: {', 'core-2: { max_concurrent_calls: 7,')
      .replace('load_balancer', 'service:\n  max_concurrent_calls: 6 # each\nload_balancer')
    const text = applyTextEdits(own, planOf(setCalls, all, own, live).edits)
    assert.equal(text, own.replace('calls: 7', 'calls: 4').replace('calls: 6 #', 'calls: 4 #'))
  })

  test('only those that have read another value are restarted, and where all is so nothing is', () => {
    const text = `${yaml}service: { max_concurrent_calls: 4 }\n`
    const plan = planOf(setCalls, all, text, live, { workers: { 'core-2/2': busy(0, 5) } })
    assert.deepEqual(plan.edits, [])
    assert.deepEqual(toldSteps(plan), [
      'write 10.0.0.2:8002',
      'drained core-2/2',
      'restart core-2/2',
      'ready core-2/2',
      'reachable core-2/2',
      'write -',
    ])
    assert.deepEqual(planOf(setCalls, all, text, live).steps, [])
  })

  test('each server that would have too many is named', () => {
    const { warnings } = planOf(setCalls, { calls: 8 }, yaml, live, { servers: { 'core-2': { cores: 1 } } })
    assert.deepEqual(
      warnings.filter(text => /can carry/.test(text)),
      [
        'core-1 would take 32 calls (4 workers × 8), and its 4 cores can carry about 20 (5 a core). 2 workers or 5 calls a worker would do.',
        'core-2 would take 32 calls (4 workers × 8), and its 1 core can carry about 5 (5 a core). 1 call a worker would do.',
      ],
    )
  })
})

test('what forbids it', () => {
  assert.throws(() => planOf(setCalls, { server: 'core-2' }, yaml, live), { name: 'OperationError' })
  assert.throws(() => planOf(setCalls, { server: 'core-2', calls: 0 }, yaml, live), { name: 'OperationError' })
  const none = { servers: { 'core-2': { environment: { exists: false, setsPort: false } } } }
  assert.match(planOf(setCalls, given, yaml, live, none).refusals[0]?.message ?? '', /core-2 has no file/)
})
