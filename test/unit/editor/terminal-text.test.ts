import assert from 'node:assert/strict'
import { test } from 'node:test'
import { duration, styled, wrapped } from '../../../src/editor/runs/terminal-text'

test('times are as long as a person needs them', () => {
  const times: readonly (readonly [number, string])[] = [
    [0, '0.0 s'],
    [1_234, '1.2 s'],
    [9_949, '9.9 s'],
    [9_950, '10 s'],
    [41_400, '41 s'],
    [59_600, '1 min 0 s'],
    [125_000, '2 min 5 s'],
    [3_599_700, '1 h 0 min'],
    [3_780_000, '1 h 3 min'],
  ]
  for (const [milliseconds, shown] of times) assert.equal(duration(milliseconds), shown)
})

test('a text is broken between words; a word that is longer than the line stays whole', () => {
  const table: readonly (readonly [string, number, readonly string[]])[] = [
    ['Drain worker 2 of core-2', 40, ['Drain worker 2 of core-2']],
    ['Drain worker 2 of core-2', 17, ['Drain worker 2 of', 'core-2']],
    ['Drain worker 2 of core-2', 16, ['Drain worker 2', 'of core-2']],
    ['a averyveryverylongword b', 6, ['a', 'averyveryverylongword', 'b']],
    ['', 6, ['']],
  ]
  for (const [text, columns, lines] of table) assert.deepEqual(wrapped(text, columns), lines)
})

test('a text is dressed without what could drive the terminal itself', () => {
  assert.equal(styled('\u001b[2Jgone\u0007', 'red'), '\u001b[31mgone\u001b[0m')
  assert.equal(styled('\u001b[2Jgone\u0007'), 'gone')
})
