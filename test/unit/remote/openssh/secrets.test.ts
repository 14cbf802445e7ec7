import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SecretQuestion } from '../../../../src/remote/connection'
import { type KeptPasswords, OpensshSecrets } from '../../../../src/remote/openssh/secrets'
import { SshLog } from '../../../../src/remote/openssh/ssh-log'

/** An ssh that is to be ended nowhere here. */
const asking = {
  machine: 'core-1',
  identityFiles: [],
  log: () => new SshLog(),
  giveUp: () => assert.fail('it was given up'),
}

const password = "alice@core-1's password: "
const securityKeyPin = 'Enter PIN for ED25519-SK key /home/alice/id: '
const code = '(alice@core-1) Verification code: '

/** What several ssh of one machine ask one after the other, what is answered to the questions that reach somebody, and those. */
const table: readonly (readonly [string, readonly (readonly string[])[], readonly string[], readonly string[]])[] = [
  ['a password once', [[password], [password]], ['right'], ['password of alice@core-1']],
  [
    'a wrong one again',
    [[password, password], [password]],
    ['wrong', 'right'],
    ['password of alice@core-1', 'wrong password of alice@core-1; try again'],
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
  [
    'the PIN of a security key each time',
    [[securityKeyPin], [securityKeyPin]],
    ['1', '2'],
    ['Enter PIN for ED25519-SK key /home/alice/id', 'Enter PIN for ED25519-SK key /home/alice/id'],
  ],
]

for (const [what, asked, answers, expected] of table)
  test(`who logs in anew for each command is asked for ${what}`, async () => {
    const secrets = new OpensshSecrets(undefined)
    const passwords: KeptPasswords = new Map()
    const reasons: string[] = []
    const given: (string | undefined)[] = []
    for (const questions of asked) {
      const prompts = { secret: async ({ reason }: SecretQuestion) => answers[reasons.push(reason) - 1] }
      const own = secrets.of({ ...asking, prompts, passwords })
      for (const prompt of questions) given.push(await own.answer(prompt))
    }
    assert.deepEqual(reasons, expected)
    assert.equal(given.at(-1), answers.at(-1))
  })

test('who waits for a passphrase that another is asked for is asked alone when that one gives none', async () => {
  const secrets = new OpensshSecrets(undefined)
  const log = new SshLog()
  log.take('debug1: Next authentication method: publickey')
  let open = 0
  const asked: string[] = []
  const answers = ['a', 'b', 'c', 'd'].map(machine => {
    const prompts = {
      secret: async () => {
        assert.equal(++open, 1, 'two are asked at once')
        asked.push(machine)
        await new Promise(done => setImmediate(done))
        open--
        return machine === 'c' ? 'right' : undefined
      },
    }
    return secrets
      .of({ ...asking, machine, prompts, log: () => log, identityFiles: ['/key'] })
      .answer("Enter passphrase for key '/key': ")
  })
  assert.deepEqual(await Promise.all(answers), [undefined, undefined, 'right', 'right'])
  assert.deepEqual(asked, ['a', 'b', 'c'])
})
