import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { doctor } from '../../../src/doctor/doctor'
import { RemoteError } from '../../../src/remote/connection'
import { fleet } from '../apply/simulated-run'

const unreachable = {
  to: async ({ name }: { name: string }) => {
    throw new RemoteError(name, 'connect', 'Nobody answers.')
  },
  dispose: async () => {},
}

test('a signal that outlives the checks is listened to no more once they are over', async () => {
  const { signal } = new AbortController()
  const results: string[] = []
  for await (const { check } of doctor(fleet, unreachable, { signal })) results.push(check)
  assert.ok(results.includes('reach'), results.join())
  assert.deepEqual(getEventListeners(signal, 'abort'), [])
})

test('an abort ends the checks with its reason', async () => {
  const reason = new Error('enough')
  const checks = doctor(
    fleet,
    { ...unreachable, to: () => new Promise(() => {}) },
    { signal: AbortSignal.abort(reason) },
  )
  await assert.rejects(checks.next(), reason)
})
