import assert from 'node:assert/strict'
import { test } from 'node:test'
import { batchSize } from '../../../src/fleet/batch-size'

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
