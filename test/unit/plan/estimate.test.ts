import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sayDuration } from '../../../src/plan/estimate'

test('durations are said in the unit a person would use, never too short', () => {
  const table = [
    [0, '0 s'],
    [1, '1 s'],
    [99, '99 s'],
    [100, '2 min'],
    [600, '10 min'],
    [601, '11 min'],
    [3540, '59 min'],
    [3541, '1 h'],
    [5400, '1 h 30 min'],
  ] as const
  for (const [seconds, said] of table) assert.equal(sayDuration(seconds), said)
})
