import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Cancelled } from '../../../src/apply/apply-error'
import { waitDrained } from '../../../src/apply/steps/wait-drained'
import type { WaitDrainedStep } from '../../../src/plan/plan'
import { type Answers, stage, workerOf } from './stage'

const step = (onTimeout: WaitDrainedStep['onTimeout'] = 'stop', ids: readonly number[] = [3]): WaitDrainedStep => ({
  kind: 'wait-drained',
  server: 'core-1',
  title: 'Wait until worker 3 of core-1 has no call',
  workers: ids.map(id => workerOf('core-1', id)),
  timeoutSeconds: 60,
  onTimeout,
})

const drained: readonly { name: string; answers: Answers; seconds: number; said: readonly string[] }[] = [
  { name: 'no call', answers: [0], seconds: 0.25, said: ['core-1: core-1 worker 3: 0 calls left'] },
  {
    name: 'calls that end',
    answers: [2, 2, 1, 0],
    seconds: 1.75,
    said: [
      'core-1: core-1 worker 3: 2 calls left',
      'core-1: core-1 worker 3: 1 call left',
      'core-1: core-1 worker 3: 0 calls left',
    ],
  },
  {
    name: 'a call that nginx passed on just before its reload',
    answers: [0, 1, 0],
    seconds: 1,
    said: [
      'core-1: core-1 worker 3: 0 calls left',
      'core-1: core-1 worker 3: 1 call left',
      'core-1: core-1 worker 3: 0 calls left',
    ],
  },
  {
    name: 'a worker too busy to answer for a while',
    answers: ['silent', 'silent', 0],
    seconds: 1.25,
    said: ['core-1: core-1 worker 3: health does not answer', 'core-1: core-1 worker 3: 0 calls left'],
  },
  {
    name: 'a worker that died',
    answers: [2, 'stopped'],
    seconds: 0.75,
    said: ['core-1: core-1 worker 3: 2 calls left', 'core-1: core-1 worker 3: 0 calls left'],
  },
]

for (const { name, answers, seconds, said } of drained)
  test(`waits for ${name}`, async () => {
    const set = stage({ 'core-1/3': answers })
    assert.equal(await waitDrained(step(), set), 'done')
    assert.equal(set.passed() / 1000, seconds)
    assert.deepEqual(set.said, said)
  })

const late: readonly { name: string; answers: Answers; message: RegExp }[] = [
  {
    name: 'a call that does not end',
    answers: [1],
    message: /^core-1 worker 3 still has 1 call after draining for 60 seconds/,
  },
  {
    name: 'a worker that runs and never answers',
    answers: ['silent'],
    message: /does not report how many calls it has/,
  },
]

for (const { name, answers, message } of late) {
  test(`${name}: stops`, async () => {
    await assert.rejects(waitDrained(step('stop'), stage({ 'core-1/3': answers })), {
      name: 'ApplyError',
      message,
      remedy: /on_timeout: restart/,
    })
  })
  test(`${name}: stops and stays drained, with what to do about that`, async () => {
    await assert.rejects(waitDrained(step('stay'), stage({ 'core-1/3': answers })), {
      name: 'ApplyError',
      message,
      remedy: /run drain again .* or undrain/,
    })
  })
  test(`${name}: restarts where fleet.yaml says so, and tells what ends`, async () => {
    const set = stage({ 'core-1/3': answers })
    assert.equal(await waitDrained(step('restart'), set), 'done')
    assert.match(set.said.at(-1) ?? '', /on_timeout is restart/)
  })
}

test('waits for every worker of a batch, and names the one that is late', async () => {
  const set = stage({ 'core-1/3': [0], 'core-1/4': [1] })
  await assert.rejects(waitDrained(step('stop', [3, 4]), set), /^ApplyError: core-1 worker 4 still has 1 call/)
})

test('a cancel ends the waiting at once', async () => {
  const set = stage({ 'core-1/3': [1] }, { cancelAt: 2_000 })
  await assert.rejects(waitDrained(step(), set), Cancelled)
  assert.equal(set.passed(), 2_000)
})
