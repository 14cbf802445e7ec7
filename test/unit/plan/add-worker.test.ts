import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applyTextEdits } from '../../../src/fleet/text'
import { addWorker } from '../../../src/plan/add-worker'
import { busy, disabled, failed, fixture, planOf, situationOf, stopped } from './situation'
import { toldSteps } from './told'

const yaml = fixture('two-servers.fleet.yaml')
const live = fixture('two-servers.conf')
const given = { server: 'core-1', count: 2 }

/** fleet.yaml and nginx as they are between the edit and the end of `add-worker --server core-1 --count 2`. */
const edited = applyTextEdits(yaml, planOf(addWorker, given, yaml, live).edits)
const finished = live.replace(
  '    server 10.0.0.2:8001;',
  '    server 127.0.0.1:8005;\n    server 127.0.0.1:8006;\n    server 10.0.0.2:8001;',
)

const workersAre4 = {
  servers: { 'core-1': { environment: { exists: true, maxCalls: '5', workers: '4', setsPort: false } } },
}
const unknown = { 'core-1/5': undefined, 'core-1/6': undefined }

test('the file, the variable, the units and, when they answer, nginx: in this order', () => {
  const plan = planOf(addWorker, given, yaml, live)
  assert.equal(plan.title, 'Add workers 5 and 6 of core-1')
  assert.equal(edited, yaml.replace('cores: 4\n    workers: 4', 'cores: 4\n    workers: 6'))
  assert.deepEqual(plan.warnings, [])
  assert.deepEqual(toldSteps(plan), [
    'set core-1 VOXCORE_WORKERS=6',
    'enable core-1/5',
    'enable core-1/6',
    'ready core-1/5 core-1/6',
    'write -',
  ])
  const write = plan.steps.at(-1)
  assert.ok(write?.kind === 'write-upstream')
  assert.equal(write.before, live)
  assert.match(write.text, /server 127\.0\.0\.1:8004;\n\s+server 127\.0\.0\.1:8005;\n\s+server 127\.0\.0\.1:8006;\n/)
  assert.ok(write.text.startsWith(live.slice(0, live.indexOf('upstream'))), 'what surrounds the block stays')
})

test('run again, it adds the same two: what is done is skipped', () => {
  const ready = { 'core-1/5': busy(0), 'core-1/6': busy(0) }
  const table = [
    [
      'edited only',
      { workers: unknown, ...workersAre4 },
      live,
      ['set core-1 VOXCORE_WORKERS=6', 'enable core-1/5', 'enable core-1/6', 'ready core-1/5 core-1/6', 'write -'],
    ],
    [
      'variable set',
      { workers: unknown },
      live,
      ['enable core-1/5', 'enable core-1/6', 'ready core-1/5 core-1/6', 'write -'],
    ],
    [
      'one started',
      { workers: { 'core-1/5': busy(0), 'core-1/6': undefined } },
      live,
      ['enable core-1/6', 'ready core-1/5 core-1/6', 'write -'],
    ],
    [
      'one failed',
      { workers: { 'core-1/5': busy(0), 'core-1/6': failed } },
      live,
      ['enable core-1/6', 'ready core-1/5 core-1/6', 'write -'],
    ],
    ['both started', { workers: ready }, live, ['ready core-1/5 core-1/6', 'write -']],
  ] as const
  for (const [name, differences, file, steps] of table) {
    const plan = planOf(addWorker, given, edited, file, differences)
    assert.deepEqual(plan.edits, [], name)
    assert.deepEqual(toldSteps(plan), steps, name)
  }
})

test('when nginx has them it is done, and asked once more it adds another', () => {
  assert.deepEqual(addWorker.plan(situationOf(edited, finished), given).steps, [])
  const plan = planOf(addWorker, { server: 'core-1' }, edited, finished)
  assert.equal(applyTextEdits(edited, plan.edits), edited.replace('workers: 6', 'workers: 7'))
})

test('other workers of the server that do not run are started too, and those of other servers are not', () => {
  const workers = { 'core-1/2': stopped, 'core-1/3': disabled, 'core-2/2': stopped }
  assert.deepEqual(toldSteps(planOf(addWorker, { server: 'core-1' }, yaml, live, { workers })), [
    'set core-1 VOXCORE_WORKERS=5',
    'enable core-1/2',
    'enable core-1/3',
    'enable core-1/5',
    'ready core-1/2 core-1/5',
    'write -',
  ])
})

test('a line that somebody has marked down stays down', () => {
  const marked = live.replace('server 10.0.0.2:8002;', 'server 10.0.0.2:8002 down;')
  const plan = planOf(addWorker, { server: 'core-1' }, yaml, marked)
  assert.deepEqual(toldSteps(plan).at(-1), 'write 10.0.0.2:8002')
  assert.match(plan.warnings.join(), /which stay: nginx has 10.0.0.2:8002 down/)
})

test('what else the new block would change, and calls that differ, are warned of', () => {
  const drifted = live.replace('    server 10.0.0.2:8004;\n', '').replace('keepalive 32', 'keepalive 8')
  const environment = { exists: true, maxCalls: '8', workers: '4', setsPort: false }
  const { warnings } = planOf(addWorker, { server: 'core-1' }, yaml, drifted, {
    servers: { 'core-1': { environment } },
  })
  assert.match(warnings.join('\n'), /has other differences from fleet.yaml, which stay: .*10\.0\.0\.2:8004/)
  assert.match(warnings.join('\n'), /keepalive/)
  assert.match(warnings.join('\n'), /MAX_CONCURRENT_CALLS is 8 on core-1, and fleet.yaml says 5/)
})

test('what forbids it is refused, and nothing is done', () => {
  const noEnvironment = { servers: { 'core-1': { environment: { exists: false, setsPort: false } } } }
  const table = [
    ['unreachable', live, { unreachable: ['core-1'] }, /^core-1 cannot be reached/],
    ['no block', '', {}, /has no upstream voxcore_workers/],
    ['no .env', live, noEnvironment, /^core-1 has no file \/opt\/voxcore\/\.env$/],
    ['no nginx', live, { loadBalancer: { nginxActive: false } }, /^nginx is not running/],
  ] as const
  for (const [name, file, differences, message] of table) {
    const plan = planOf(addWorker, given, yaml, file, differences)
    assert.match(plan.refusals[0]?.message ?? '', message, name)
    assert.deepEqual(plan.steps, [], name)
  }
})

test('a count that is no count, and a server that is not there', () => {
  assert.throws(() => planOf(addWorker, { server: 'core-1', count: 0 }, yaml, live), { name: 'OperationError' })
  assert.throws(() => planOf(addWorker, { server: 'core-1', count: 1.5 }, yaml, live), { name: 'OperationError' })
  assert.throws(() => planOf(addWorker, { server: 'core-9' }, yaml, live), {
    name: 'OperationError',
    message: /no server core-9/,
  })
})

test('workers elsewhere are told to nginx when its own machine reaches them', () => {
  const steps = toldSteps(planOf(addWorker, { server: 'core-2' }, yaml, live, {}))
  assert.deepEqual(steps.slice(-3), ['ready core-2/5', 'reachable core-2/5', 'write -'])
})

test('those that fleet.yaml has down are not waited for so: nginx sends them no call', () => {
  const down = yaml.replace('workers: 4 }', 'workers: 4, worker_options: { 4: { down: true } } }')
  const without = live.replace('    server 10.0.0.2:8004;\n', '')
  const steps = toldSteps(planOf(addWorker, { server: 'core-2' }, down, without, {}))
  assert.deepEqual(steps, ['ready core-2/4', 'write 10.0.0.2:8004'])
})
