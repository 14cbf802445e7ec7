import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type KeptPasswords, OpensshSecrets } from '../../../../src/remote/openssh/secrets'

const password = "alice@core-1's password: "
const code = '(alice@core-1) Verification code: '

/** What several ssh of one machine ask one after the other, what is answered to the questions that reach somebody, and those. */
const table: readonly (readonly [string, readonly (readonly string[])[], readonly string[], readonly string[]])[] = [
  ['a password once', [[password], [password]], ['right'], ['password of alice@core-1']],
  [
    'a wrong one again',
    [[password, password], [password]],
    ['wrong', 'right'],
    ['password of alice@core-1', 'that was not the password of alice@core-1; try again'],
  ],
  [
    'one that is right no more again',
    [[password], [password, password]],
    ['old', 'new'],
    ['password of alice@core-1', 'password of alice@core-1'],
  ],
  [
    'a code each time',
    [[code], [code]],
    ['1', '2'],
    ['(alice@core-1) Verification code', '(alice@core-1) Verification code'],
  ],
]

for (const [what, asked, answers, expected] of table)
  test(`who logs in anew for each command is asked for ${what}`, async () => {
    const secrets = new OpensshSecrets(undefined)
    const passwords: KeptPasswords = new Map()
    const reasons: string[] = []
    const given: (string | undefined)[] = []
    for (const prompts of asked) {
      const own = secrets.of('core-1', { secret: async ({ reason }) => answers[reasons.push(reason) - 1] }, passwords)
      for (const prompt of prompts) given.push(await own.answer(prompt))
    }
    assert.deepEqual(reasons, expected)
    assert.equal(given.at(-1), answers.at(-1))
  })
