import assert from 'node:assert/strict'
import { test } from 'node:test'
import { waitReachable } from '../../../src/apply/steps/wait-reachable'
import type { WaitReachableStep } from '../../../src/plan/plan'
import { fleet } from './simulated-run'
import { stage, workerOf } from './stage'

const step: WaitReachableStep = {
  kind: 'wait-reachable',
  server: 'core-1',
  title: 'Wait',
  workers: [workerOf('core-2', 1)],
  timeoutSeconds: 2,
}

test("where a worker stands is told once, as that worker's, and is what the failure says", async () => {
  const context = stage({}, { fleet })
  await assert.rejects(waitReachable(step, context), {
    message:
      'core-1 could not reach these workers within 2 seconds: core-2 worker 1: nothing is reached here. nginx was not changed',
  })
  assert.deepEqual(context.said, ['core-2: core-2 worker 1: nothing is reached here'])
})

test('a cancel ends the waiting at once', async () => {
  const context = stage({}, { fleet, cancelAt: 500 })
  await assert.rejects(waitReachable(step, context), { name: 'Cancelled' })
  assert.equal(context.passed(), 500)
})
