import assert from 'node:assert/strict'
import { test } from 'node:test'
import { restart } from '../../../src/plan/restart'
import { fixture, planOf, stopped } from './situation'
import { toldSteps } from './told'

const yaml = fixture('two-servers.fleet.yaml')
const live = fixture('two-servers.conf')

test('one worker is drained, restarted and brought back', () => {
  const plan = planOf(restart, { server: 'core-2', worker: 3 }, yaml, live)
  assert.equal(plan.title, 'Restart worker 3 of core-2')
  assert.deepEqual(plan.warnings, [])
  assert.deepEqual(toldSteps(plan), [
    'write 10.0.0.2:8003',
    'drained core-2/3',
    'restart core-2/3',
    'ready core-2/3',
    'reachable core-2/3',
    'write -',
  ])
})

test('the only worker is restarted too, with a warning that new calls are refused', () => {
  const small = [fixture('one-worker.fleet.yaml'), fixture('one-worker.conf')] as const
  const plan = planOf(restart, { server: 'core-1', worker: 1 }, ...small)
  assert.deepEqual(plan.refusals, [])
  assert.match(
    plan.warnings.join(),
    /no other worker of voxcore_workers takes calls while worker 1 of core-1 is out: new calls are refused/,
  )
  assert.equal(plan.steps.length, 5)
  assert.deepEqual(
    planOf(restart, { server: 'core-1', worker: 1 }, ...small, { workers: { 'core-1/1': stopped } }).warnings,
    [],
  )
})

test('a worker that is not there', () => {
  assert.throws(() => planOf(restart, { server: 'core-1', worker: 5 }, yaml, live), {
    name: 'OperationError',
    message: /core-1 has no worker 5/,
  })
  assert.throws(() => planOf(restart, { server: 'core-1' }, yaml, live), {
    name: 'OperationError',
    message: /no worker given/,
  })
})
