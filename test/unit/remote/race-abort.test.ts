import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { raceAbort } from '../../../src/remote/race-abort'

const never = new Promise<string>(() => {})

test('what is waited for is the answer, its failure the failure, and nothing listens afterwards', async () => {
  const { signal } = new AbortController()
  assert.equal(await raceAbort(Promise.resolve('there'), signal), 'there')
  await assert.rejects(raceAbort(Promise.reject(new Error('no')), signal), /no/)
  assert.deepEqual(getEventListeners(signal, 'abort'), [])
})

test('an abort is the end at once, before it or meanwhile, with its reason; what fails later is heard by nobody', async () => {
  const reason = new Error('enough')
  await assert.rejects(raceAbort(never, AbortSignal.abort(reason)), reason)
  const stop = new AbortController()
  let fail = (_: Error) => {}
  const work = new Promise<never>((_, reject) => {
    fail = reject
  })
  const waiting = raceAbort(work, stop.signal)
  stop.abort(reason)
  await assert.rejects(waiting, reason)
  fail(new Error('late'))
  await new Promise(done => setImmediate(done))
})
