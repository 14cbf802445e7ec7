import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { SshLog } from '../../../../src/remote/openssh/ssh-log'
import { sshQuestion } from '../../../../src/remote/openssh/ssh-question'

const next = (way: string) => `debug1: Next authentication method: ${way}`
const keys = [next('publickey')]
const ofServer = [next('publickey'), next('keyboard-interactive')]
/** It ends no line, and says what ssh would say. */
const banner = [next('publickey'), `Welcome${next('keyboard-interactive')}`, next('publickey')]
const long = `/home/alice/${'long/'.repeat(20)}id`
const identityFiles = ['/home/alice/.ssh/id', long]

const connected = 'debug1: Connection established.'
/** Whoever leads to the server may say what ssh would say. */
const led = ['debug1: Executing proxy command: exec nc core-1 22', connected]
const ofToken = "Enter PIN for 'token': "

const ofKey = (path: string) => `Enter passphrase for key '${path}': `

suite('whose question a prompt of ssh is', () => {
  const passphrase = (path: string) => ({ kind: 'passphrase', path }) as const
  const pin = (token: string) => ({ kind: 'pin', token }) as const
  const other = (words: string, { isPassword = false, wantsAnswer = true } = {}) =>
    ({ kind: 'other', words, isPassword, wantsAnswer }) as const
  const ownKey = ofKey('/home/alice/.ssh/id')
  const asIs = "Enter passphrase for key '/home/alice/.ssh/id'"

  for (const [what, prompt, said, expected] of [
    ['the passphrase of a key', ownKey, keys, passphrase('/home/alice/.ssh/id')],
    ['of one that is written otherwise', ofKey('/home/alice/./.ssh/id'), keys, passphrase('/home/alice/.ssh/id')],
    ['of one whose path is too long for ssh', ofKey(long.slice(0, 100)), keys, passphrase(long)],
    ['of none of ours', ofKey('/home/alice/.ssh/other'), keys, { kind: 'other', wantsAnswer: false }],
    ['of one, before ssh logs in: a ProxyCommand asks', ownKey, [], other(asIs, { wantsAnswer: false })],
    ["the server's, in the words of ssh", ownKey, ofServer, other(`the server asks: ${asIs}`)],
    ["the server's, as ssh 8.5 passes it on", `(alice@core-1) ${ownKey}`, ofServer, other(`(alice@core-1) ${asIs}`)],
    ["the server's, after a banner that hides it", ownKey, banner, other(`the server asks: ${asIs}`)],
    ['the PIN of a token', ofToken, keys, pin('token')],
    ['of one that shows its keys to nobody without', ofToken, [connected], pin('token')],
    ['of one, where a ProxyCommand may ask', ofToken, led, other("Enter PIN for 'token'", { wantsAnswer: false })],
    ['of one, before ssh connects', ofToken, [], other("Enter PIN for 'token'", { wantsAnswer: false })],
    [
      'of one, before ssh says how it logs in',
      ofToken,
      [connected, 'debug1: SSH2_MSG_NEWKEYS received'],
      other("Enter PIN for 'token'", { wantsAnswer: false }),
    ],
    ['a PIN that the server wants', ofToken, ofServer, other("the server asks: Enter PIN for 'token'")],
    [
      'a code in colour, on two lines',
      '(alice@core-1) \u001b[31mCode\u001b[0m\r\nof core-2: ',
      ofServer,
      other('(alice@core-1) Code of core-2'),
    ],
    ['a code', '(alice@core-1) Code: ', ofServer, other('(alice@core-1) Code')],
    [
      'a password',
      "alice@core-1's password: ",
      [next('password')],
      other('password of alice@core-1', { isPassword: true }),
    ],
    [
      'a password of keyboard-interactive',
      '(alice@core-1) Password: ',
      ofServer,
      other('password of alice@core-1', { isPassword: true }),
    ],
  ] as const)
    test(what, () => {
      const log = new SshLog()
      for (const line of said) log.take(line)
      const question = sshQuestion(prompt, log, identityFiles)
      assert.deepEqual({ ...question, ...expected }, question)
    })
})
