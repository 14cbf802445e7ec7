import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applyTextEdits } from '../../../src/fleet/text'
import { drain } from '../../../src/plan/drain'
import { reload } from '../../../src/plan/reload'
import { undrain } from '../../../src/plan/undrain'
import { busy, fixture, fleetOf, hung, planOf, stopped } from './situation'
import { toldSteps } from './told'

const yaml = fixture('two-servers.fleet.yaml')
const live = fixture('two-servers.conf')
const marked = live.replace('server 10.0.0.2:8002;', 'server 10.0.0.2:8002 down;')
const worker = { server: 'core-2', worker: 2 }
const drained = applyTextEdits(yaml, planOf(drain, worker, yaml, live).edits)

const downOf = (text: string) =>
  fleetOf(text).servers.flatMap(server =>
    server.workers.filter(({ line }) => line.down).map(({ id }) => `${server.name}/${id}`),
  )

test('a drain is written in fleet.yaml, marked in nginx, and waited for; the worker runs on', () => {
  const plan = planOf(drain, worker, yaml, live)
  assert.equal(plan.title, 'Drain worker 2 of core-2')
  assert.deepEqual(downOf(drained), ['core-2/2'])
  assert.deepEqual(toldSteps(plan), ['write 10.0.0.2:8002', 'drained core-2/2'])
  const [write] = plan.steps
  assert.ok(write?.kind === 'write-upstream')
  assert.deepEqual(write.draining, [], 'it stays down when the run ends')
  assert.equal(write.text, marked, 'no other line is touched')
})

test('run again it does what is left', () => {
  const table = [
    ['with calls left', marked, { workers: { 'core-2/2': busy(2) } }, ['drained core-2/2']],
    ['without', marked, {}, []],
    ['stopped', marked, { workers: { 'core-2/2': stopped } }, []],
    ['only edited', live, {}, ['write 10.0.0.2:8002', 'drained core-2/2']],
  ] as const
  for (const [name, file, differences, steps] of table) {
    const plan = planOf(drain, worker, drained, file, differences)
    assert.deepEqual(plan.edits, [], name)
    assert.deepEqual(toldSteps(plan), steps, name)
  }
})

test('no later reload undoes it', () => {
  assert.deepEqual(toldSteps(planOf(reload, {}, drained, marked)), ['reload'])
  assert.deepEqual(planOf(reload, {}, drained, marked).warnings, [])
})

test('a whole server is drained in one edit and one reload; the last that take calls are not', () => {
  const plan = planOf(drain, { server: 'core-2' }, yaml, live)
  assert.deepEqual(downOf(applyTextEdits(yaml, plan.edits)), ['core-2/1', 'core-2/2', 'core-2/3', 'core-2/4'])
  assert.equal(toldSteps(plan).length, 2)
  const rest = Object.fromEntries([1, 2, 3, 4].map(id => [`core-1/${id}`, stopped]))
  const last = planOf(drain, { server: 'core-2' }, yaml, live, { workers: rest })
  assert.match(last.refusals[0]?.message ?? '', /no other worker of voxcore_workers takes calls/)
  assert.deepEqual(last.steps, [])
})

test('undrain takes the mark away in the file and, when the worker answers, in nginx', () => {
  const plan = planOf(undrain, worker, drained, marked)
  assert.deepEqual(downOf(applyTextEdits(drained, plan.edits)), [])
  assert.deepEqual(toldSteps(plan), ['ready core-2/2', 'reachable core-2/2', 'write -'])
  const dead = planOf(undrain, worker, drained, marked, { workers: { 'core-2/2': stopped } })
  assert.deepEqual(toldSteps(dead), ['enable core-2/2', 'ready core-2/2', 'reachable core-2/2', 'write -'])
})

test('undrain takes away exactly what drain wrote, of one worker or of a whole server', () => {
  for (const given of [worker, { server: 'core-1' }, { server: 'core-2' }]) {
    const text = applyTextEdits(yaml, planOf(drain, given, yaml, live).edits)
    assert.notEqual(text, yaml)
    assert.equal(applyTextEdits(text, planOf(undrain, given, text, live).edits), yaml)
  }
})

test('undrain mends a line that somebody marked by hand, leaves others so, and has nothing to do when all are up', () => {
  const two = marked.replace('server 10.0.0.2:8003;', 'server 10.0.0.2:8003 down;')
  assert.deepEqual(toldSteps(planOf(undrain, worker, yaml, two)), [
    'ready core-2/2',
    'reachable core-2/2',
    'write 10.0.0.2:8003',
  ])
  const without = marked.replace('    server 10.0.0.2:8004;\n', '')
  const write = planOf(undrain, worker, yaml, without).steps.at(-1)
  assert.equal(write?.kind === 'write-upstream' && write.text, without.replace(' down;', ';'))
  const nothing = planOf(undrain, worker, yaml, live)
  assert.deepEqual([nothing.edits, nothing.steps], [[], []])
})

test('a worker that hangs is taken out and not waited for: nobody can see its calls', () => {
  const differences = { workers: { 'core-2/2': hung, 'core-2/3': busy(1) } }
  const plan = planOf(drain, worker, yaml, live, differences)
  assert.deepEqual(toldSteps(plan), ['write 10.0.0.2:8002'])
  assert.deepEqual(plan.warnings, [
    'worker 2 of core-2 is running but not answering /health, so its calls cannot be seen to end: it counts as drained once nginx sends it no new calls, and calls may continue',
  ])
  assert.deepEqual(planOf(drain, worker, drained, marked, differences).steps, [], 'run again it has nothing to do')
  assert.deepEqual(toldSteps(planOf(drain, { server: 'core-2' }, yaml, live, differences)), [
    'write 10.0.0.2:8001 10.0.0.2:8002 10.0.0.2:8003 10.0.0.2:8004',
    'drained core-2/1 core-2/3 core-2/4',
  ])
})

test('it asks when the calls of now would not fit on the workers that stay, as long as nginx sends it calls', () => {
  const workers = Object.fromEntries(
    [1, 2].flatMap(server => [1, 2, 3, 4].map(id => [`core-${server}/${id}`, busy(5)])),
  )
  assert.deepEqual(planOf(drain, worker, yaml, live, { workers }).questions, [
    '40 calls are active now, and the remaining workers take 35: without worker 2 of core-2 new calls may be refused',
  ])
  assert.deepEqual(planOf(drain, worker, drained, marked, { workers }).questions, [])
  assert.deepEqual(planOf(drain, worker, yaml, live, { workers: { ...workers, 'core-2/2': hung } }).questions, [])
  assert.deepEqual(planOf(drain, worker, yaml, live, { workers: { 'core-2/2': busy(5) } }).questions, [])
})
