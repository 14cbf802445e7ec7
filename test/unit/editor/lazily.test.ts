import assert from 'node:assert/strict'
import { test } from 'node:test'
import { disposeMade, lazily } from '../../../src/editor/lazily'

test('it is made once, when it is first wanted, and anew after a failure', async () => {
  let calls = 0
  const thing = lazily(async () => {
    calls++
    if (calls === 1) throw new Error('not yet')
    return calls
  })
  assert.equal(thing.made, undefined)
  await assert.rejects(thing(), /not yet/)
  assert.equal(thing.made, undefined)
  assert.deepEqual(await Promise.all([thing(), thing()]), [2, 2])
  assert.equal(await thing.made, 2)
})

test('disposing makes nothing, disposes of what is still being made, and is quiet where that fails', async () => {
  let disposed = 0
  const make = async () => ({ dispose: () => disposed++ })
  const never = lazily(async (): Promise<{ dispose(): void }> => assert.fail('it is made'))
  disposeMade(never)
  const begun = lazily(make)
  const making = begun()
  disposeMade(begun)
  await making
  const failing = lazily(async (): Promise<{ dispose(): void }> => {
    throw new Error('not trusted')
  })
  const failed = assert.rejects(failing(), /not trusted/)
  disposeMade(failing)
  await failed
  await new Promise(done => setImmediate(done))
  assert.equal(disposed, 1)
})
