import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sentences, shown, visible } from '../../../src/fleet/words'

const table: readonly (readonly [Parameters<typeof sentences>, string])[] = [
  [['core-1 balances the load', 'name another machine first'], 'core-1 balances the load. Name another machine first.'],
  [['It did not answer within 15 s.', undefined], 'It did not answer within 15 s.'],
  [['Is it there?', '', 'look'], 'Is it there? Look.'],
]

for (const [messages, said] of table) test(`as sentences: ${said}`, () => assert.equal(sentences(...messages), said))

const driving: readonly (readonly [string, string])[] = [
  ['\u001b]0;PWNED\u0007\u001b[31mx', '\\u001b]0;PWNED\\u0007\\u001b[31mx'],
  ['a\u009b31mb', 'a\\u009b31mb'],
  ['a\u202eb\u2066c', 'a\\u202eb\\u2066c'],
  ['a\rb', 'a\\u000db'],
  ['größe 🚀 \ta\n', 'größe 🚀 \ta\n'],
]

for (const [text, seen] of driving) test(`visible: ${seen}`, () => assert.equal(visible(text), seen))

test('a value is shown on one line, in which nothing drives a terminal', () => {
  assert.equal(shown('a\r\n\tb\u001b[31m'), 'a b\\u001b[31m')
  assert.equal(shown(['\u202e']), '["\\u202e"]')
})
