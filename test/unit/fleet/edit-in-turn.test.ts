import assert from 'node:assert/strict'
import { test } from 'node:test'
import { editBetween } from '../../../src/fleet/edit-in-turn'
import { applyTextEdits } from '../../../src/fleet/text'

test('one edit turns a text into another and touches nothing that both begin or end with', () => {
  const table = [
    ['', '', []],
    ['same', 'same', []],
    ['', 'new', [{ range: { start: 0, end: 0 }, newText: 'new' }]],
    ['gone', '', [{ range: { start: 0, end: 4 }, newText: '' }]],
    ['a: 1\nb: 2\n', 'a: 1\nb: 3\n', [{ range: { start: 8, end: 9 }, newText: '3' }]],
    ['aa', 'aaa', [{ range: { start: 2, end: 2 }, newText: 'a' }]],
    ['aaa', 'aa', [{ range: { start: 2, end: 3 }, newText: '' }]],
  ] as const
  for (const [before, after, edits] of table) {
    assert.deepEqual(editBetween(before, after), edits)
    assert.equal(applyTextEdits(before, editBetween(before, after)), after)
  }
})
