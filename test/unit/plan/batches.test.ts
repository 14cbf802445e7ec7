import assert from 'node:assert/strict'
import { test } from 'node:test'
import { batchSize, dealIntoBatches } from '../../../src/plan/batches'

test('a batch is a number or a percentage rounded down, at least 1 and never more than there are', () => {
  const table = [
    [{ kind: 'count', count: 1 }, 8, 1],
    [{ kind: 'count', count: 3 }, 8, 3],
    [{ kind: 'count', count: 9 }, 8, 8],
    [{ kind: 'percent', percent: 25 }, 8, 2],
    [{ kind: 'percent', percent: 25 }, 7, 1],
    [{ kind: 'percent', percent: 1 }, 8, 1],
    [{ kind: 'percent', percent: 100 }, 3, 3],
  ] as const
  for (const [batch, total, size] of table)
    assert.equal(batchSize(batch, total), size, JSON.stringify({ batch, total }))
})

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
