import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Cancelled } from '../../../src/apply/apply-error'
import { waitReady } from '../../../src/apply/steps/wait-ready'
import type { WorkerHealth } from '../../../src/fleet/observed'
import type { WaitReadyStep } from '../../../src/plan/plan'
import { type Answers, stage, workerOf } from './stage'

const step: WaitReadyStep = {
  kind: 'wait-ready',
  server: 'core-1',
  title: 'Wait until worker 3 of core-1 is healthy',
  workers: [workerOf('core-1', 3)],
  timeoutSeconds: 10,
  checks: 2,
}

const old: WorkerHealth = { kind: 'ok', status: 'ok', calls: 0, max: 5, pid: 7 }
const fresh: WorkerHealth = { ...old, pid: 8 }
const wrong: WorkerHealth = { ...fresh, status: 'starting' }

const ready: readonly { name: string; answers: Answers; seconds: number }[] = [
  { name: 'healthy twice in a row', answers: [fresh], seconds: 0.25 },
  { name: 'a start that takes its time', answers: ['silent', 'silent', fresh], seconds: 0.75 },
  { name: 'a stumble in between: counted from the beginning', answers: [fresh, wrong, fresh], seconds: 0.75 },
  { name: 'the old process, which does not count', answers: [old, old, old, fresh], seconds: 1 },
]

for (const { name, answers, seconds } of ready)
  test(`ready: ${name}`, async () => {
    const set = stage({ 'core-1/3': answers })
    set.progress.restarting(workerOf('core-1', 3), 7)
    assert.equal(await waitReady(step, set), 'done')
    assert.equal(set.passed() / 1000, seconds)
  })

const late: readonly { name: string; answers: Answers; message: RegExp }[] = [
  { name: 'it never answers', answers: ['silent'], message: /core-1 worker 3: connection refused/ },
  { name: 'it answers something else', answers: [wrong], message: /core-1 worker 3: its status is "starting"/ },
  {
    name: 'the old process goes on',
    answers: [old],
    message: /the process from before its restart \(pid 7\) still answers/,
  },
]

for (const { name, answers, message } of late)
  test(`not healthy: ${name}`, async () => {
    const set = stage({ 'core-1/3': answers })
    set.progress.restarting(workerOf('core-1', 3), 7)
    await assert.rejects(waitReady(step, set), error => {
      assert.ok(error instanceof Error)
      assert.match(error.message, message)
      assert.deepEqual('journals' in error && error.journals, [workerOf('core-1', 3)])
      return true
    })
    assert.equal(set.passed(), 10_000)
  })

test('a cancel ends the waiting at once', async () => {
  await assert.rejects(waitReady(step, stage({ 'core-1/3': ['silent'] }, { cancelAt: 500 })), Cancelled)
})
