import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unlessAborted } from '../../../src/editor/unless-aborted'

const never = new Promise<string>(() => {})

test('what is waited for is the answer, and its failure the failure', async () => {
  const { signal } = new AbortController()
  assert.equal(await unlessAborted(Promise.resolve('there'), signal), 'there')
  await assert.rejects(unlessAborted(Promise.reject(new Error('no')), signal), /no/)
})

test('an abort is the end at once, before it or meanwhile', async () => {
  assert.equal(await unlessAborted(never, AbortSignal.abort()), undefined)
  const stop = new AbortController()
  const waiting = unlessAborted(never, stop.signal)
  stop.abort()
  assert.equal(await waiting, undefined)
})
