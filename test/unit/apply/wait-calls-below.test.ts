import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Cancelled } from '../../../src/apply/apply-error'
import { waitCallsBelow } from '../../../src/apply/steps/wait-calls-below'
import type { WaitCallsBelowStep } from '../../../src/plan/plan'
import { fixture, fleetOf } from '../plan/situation'
import { type Answers, stage } from './stage'

const fleet = fleetOf(fixture('two-servers.fleet.yaml').replaceAll('workers: 4', 'workers: 2'))

const step: WaitCallsBelowStep = {
  kind: 'wait-calls-below',
  server: 'core-1',
  title: 'Wait until the fleet has no more than 3 calls',
  calls: 3,
  timeoutSeconds: 60,
}

const answering = (...answers: readonly Answers[]) => {
  const names = ['core-1/1', 'core-1/2', 'core-2/1', 'core-2/2']
  return Object.fromEntries(names.map((name, index) => [name, answers[index] ?? [0]]))
}

const quiet: readonly { name: string; answers: readonly Answers[]; seconds: number; said: readonly string[] }[] = [
  { name: 'no call', answers: [], seconds: 0, said: [] },
  { name: 'as many as may be', answers: [[1], [1], [1]], seconds: 0, said: [] },
  {
    name: 'calls that end',
    answers: [[3, 3, 2, 1], [2]],
    seconds: 6,
    said: ['core-1: 5 calls open; waiting for 3', 'core-1: 4 calls open; waiting for 3'],
  },
  { name: 'a worker that does not run', answers: [['stopped'], [3]], seconds: 0, said: [] },
  {
    name: 'a worker too busy to answer for a while, which may be full',
    answers: [['silent', 'silent', 1]],
    seconds: 4,
    said: ['core-1: 5 calls open, with worker 1 of core-1, which does not say, counted as full; waiting for 3'],
  },
]

for (const { name, answers, seconds, said } of quiet)
  test(`waits for quiet: ${name}`, async () => {
    const set = stage(answering(...answers), { fleet })
    assert.equal(await waitCallsBelow(step, set), 'done')
    assert.equal(set.passed() / 1000, seconds)
    assert.deepEqual(set.said, said)
  })

test('calls that do not end stop the run before the next batch, with what to do', async () => {
  const set = stage(answering([4]), { fleet })
  await assert.rejects(waitCallsBelow(step, set), {
    name: 'ApplyError',
    message: '4 calls open after waiting 60 seconds for 3; the next batch was not started',
    remedy: 'wait until traffic is lower, or raise rollout.max_active_calls',
  })
})

test('a worker that never says is named, and how to go on without it', async () => {
  await assert.rejects(waitCallsBelow(step, stage(answering([0], ['silent']), { fleet })), {
    name: 'ApplyError',
    message: /^5 calls open, with worker 2 of core-1, which does not say, counted as full after waiting 60 seconds/,
    remedy: /^restart --server core-1 --worker 2 first/,
  })
})

test('a cancel ends the waiting at once', async () => {
  const set = stage(answering([9]), { fleet, cancelAt: 4_000 })
  await assert.rejects(waitCallsBelow(step, set), Cancelled)
  assert.equal(set.passed(), 4_000)
})
