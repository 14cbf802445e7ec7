import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainText, type StyledLine, span, wrapLine } from '../../../src/plan/styled-text'

const table: readonly { what: string; line: StyledLine; columns: number; lines: readonly string[] }[] = [
  { what: 'a line that fits', line: [span('plain', 'one two')], columns: 7, lines: ['one two'] },
  { what: 'an empty line', line: [], columns: 7, lines: [''] },
  {
    what: 'the text of a step beneath itself',
    line: [
      span('dim', '  12  '),
      span('server', 'core-1'),
      span('plain', '  Wait until worker 2 is healthy'),
      span('dim', ' (at most 30 s)'),
    ],
    columns: 34,
    lines: ['  12  core-1  Wait until worker 2', '              is healthy (at most', '              30 s)'],
  },
  {
    what: 'a warning behind its label',
    line: [span('warning', '  warning: '), span('plain', 'audio may degrade')],
    columns: 20,
    lines: ['  warning: audio may', '          degrade'],
  },
  {
    what: 'a label alone beneath its beginning',
    line: [span('dim', '  2 servers, 8 workers')],
    columns: 14,
    lines: ['  2 servers, 8', '  workers'],
  },
  {
    what: 'a word that is longer than the line stays whole',
    line: [span('plain', 'a averyverylongword b')],
    columns: 6,
    lines: ['a', 'averyverylongword', 'b'],
  },
  {
    what: 'what a file is to hold stays as it is',
    line: [span('added', '  + a b c d')],
    columns: 5,
    lines: ['  + a b c d'],
  },
]

for (const { what, line, columns, lines } of table) {
  test(what, () =>
    assert.deepEqual(
      wrapLine(line, columns).map(one => plainText([one]).trimEnd()),
      lines,
    ),
  )
}

test('each part keeps its role', () => {
  const [first, second] = wrapLine([span('warning', 'w: '), span('plain', 'aa bb')], 5)
  assert.deepEqual(first, [span('warning', 'w: '), span('plain', 'aa ')])
  assert.deepEqual(second?.slice(1), [span('plain', 'bb')])
})

test('nothing in a text drives the terminal, wherever it comes from', () => {
  assert.equal(plainText([[span('plain', 'deploy\u001b[2J \u202etxt\t')]]), 'deploy\\u001b[2J \\u202etxt\t\n')
})
