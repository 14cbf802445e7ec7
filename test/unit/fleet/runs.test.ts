import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runsOf } from '../../../src/fleet/runs'

const cases: readonly (readonly [numbers: readonly number[], runs: readonly (readonly [number, number])[]])[] = [
  [[], []],
  [[3], [[3, 3]]],
  [[1, 2, 3, 4], [[1, 4]]],
  [
    [4, 1, 2],
    [
      [1, 2],
      [4, 4],
    ],
  ],
]

for (const [numbers, runs] of cases)
  test(`${JSON.stringify(numbers)} runs ${JSON.stringify(runs)}`, () => assert.deepEqual(runsOf(numbers), runs))
