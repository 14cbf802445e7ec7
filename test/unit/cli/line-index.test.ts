import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LineIndex } from '../../../src/cli/line-index'

test('lines and columns are counted from 1, whatever ends the lines, in UTF-16 code units', () => {
  const text = 'a\nbc\r\n\rd🚀e'
  const table = [
    [0, 1, 1],
    [1, 1, 2],
    [2, 2, 1],
    [4, 2, 3],
    [6, 3, 1],
    [7, 4, 1],
    [10, 4, 4],
    [text.length, 4, 5],
  ] as const
  const index = new LineIndex(text)
  for (const [offset, line, column] of table)
    assert.deepEqual(index.positionOf(offset), { line, column }, String(offset))
  assert.deepEqual(new LineIndex('').positionOf(0), { line: 1, column: 1 })
})

test('a byte order mark is of no column', () => {
  const index = new LineIndex('\uFEFFab\nc')
  assert.deepEqual(
    [0, 1, 2, 4].map(offset => index.positionOf(offset)),
    [
      { line: 1, column: 1 },
      { line: 1, column: 1 },
      { line: 1, column: 2 },
      { line: 2, column: 1 },
    ],
  )
})
