import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hidingSecrets } from '../../../src/remote/hiding-secrets'

const table: readonly { what: string; secrets: readonly string[]; text: string; left: string }[] = [
  { what: 'no secret', secrets: [], text: 'nothing', left: 'nothing' },
  { what: 'every occurrence', secrets: ['hunter2'], text: 'hunter2, xhunter2x', left: '(a secret), x(a secret)x' },
  { what: 'signs of patterns as they are', secrets: ['a.*[b]$'], text: 'a.*[b]$ axxb', left: '(a secret) axxb' },
  { what: 'the longer one of two first', secrets: ['open', 'open sesame'], text: 'open sesame', left: '(a secret)' },
  { what: 'nothing of its own mark', secrets: ['hunter2', 'secret'], text: 'hunter2', left: '(a secret)' },
  {
    what: 'one broken into lines',
    secrets: ['open sesame'],
    text: 'it is open\n      sesame',
    left: 'it is (a secret)',
  },
  { what: 'one with blanks around it', secrets: [' open sesame '], text: 'open sesame', left: '(a secret)' },
  { what: 'not one that could be in any word', secrets: ['abc', '', '  '], text: 'abcdef', left: 'abcdef' },
]

for (const { what, secrets, text, left } of table) test(what, () => assert.equal(hidingSecrets(secrets)(text), left))
