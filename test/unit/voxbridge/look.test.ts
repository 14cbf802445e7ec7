import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lookAtVoxbridge } from '../../../src/voxbridge/look'

const url = 'https://bridge.example.com'

test('a token that cannot be had is a VoxBridge that cannot be looked at, and stops nothing else', async () => {
  const token = async () => {
    throw new Error('no keyring')
  }
  assert.deepEqual(await lookAtVoxbridge(url, { token, asked: [] }), { reachable: false, message: 'no keyring' })
})

test('an abort is thrown', async () => {
  const stop = new AbortController()
  const token = async () => {
    stop.abort(new Error('enough'))
    throw new Error('aborted')
  }
  await assert.rejects(lookAtVoxbridge(url, { token, asked: [], signal: stop.signal }), /aborted/)
})
