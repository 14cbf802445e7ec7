import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dealIntoBatches } from '../../../src/plan/batches'

test('batches are dealt: one at a time keeps the order, several at a time come from different servers', () => {
  const workers = ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'b3', 'b4']
  assert.deepEqual(
    dealIntoBatches(workers, 1),
    workers.map(worker => [worker]),
  )
  assert.deepEqual(dealIntoBatches(workers, 2), [
    ['a1', 'b1'],
    ['a2', 'b2'],
    ['a3', 'b3'],
    ['a4', 'b4'],
  ])
  assert.deepEqual(dealIntoBatches(workers, 3), [
    ['a1', 'a4', 'b3'],
    ['a2', 'b1', 'b4'],
    ['a3', 'b2'],
  ])
  assert.deepEqual(dealIntoBatches(workers, 8), [workers])
  assert.deepEqual(dealIntoBatches([], 2), [])
})
