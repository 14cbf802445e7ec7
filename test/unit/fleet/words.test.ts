import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sentences } from '../../../src/fleet/words'

const table: readonly (readonly [Parameters<typeof sentences>, string])[] = [
  [['core-1 balances the load', 'name another machine first'], 'core-1 balances the load. Name another machine first.'],
  [['It did not answer within 15 s.', undefined], 'It did not answer within 15 s.'],
  [['Is it there?', '', 'look'], 'Is it there? Look.'],
]

for (const [messages, said] of table) test(`as sentences: ${said}`, () => assert.equal(sentences(...messages), said))
