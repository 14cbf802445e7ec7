import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RemoteError, type ScriptResult } from '../../../src/remote/connection'
import { findPrivilege, type Privilege } from '../../../src/remote/privilege'

/** How a server's sudo answers: it lets everybody in, those with the password, or nobody. */
interface Sudo {
  readonly free?: boolean
  readonly password?: string
  /** What it says in English when it does not let somebody in without a password. */
  readonly refuses?: string
  readonly exitCode?: number
}

async function become(user: string, sudo: Sudo, given: readonly (string | undefined)[] = []) {
  const commands: string[] = []
  const asked: boolean[] = []
  const said = (exitCode: number, stderr = ''): ScriptResult => ({ exitCode, stdout: '', stderr })
  const refusal = sudo.refuses ?? 'sudo: a password is required'
  const privilege: Privilege = await findPrivilege({
    machine: 'core-1',
    user,
    password: {
      async give(again) {
        asked.push(again)
        return given[asked.length - 1]
      },
      forget() {},
    },
    attempt: async (command, input) => {
      commands.push(command)
      if (sudo.free) return said(0)
      if (command.includes('-S')) return input === `${sudo.password}\n` ? said(0) : said(1, 'Sorry, try again.')
      // In its own language, unless it is asked for English.
      return said(sudo.exitCode ?? 1, command.startsWith('env LC_ALL=C') ? refusal : 'sudo: Ein Passwort ist notwendig')
    },
  })
  return { privilege, commands, asked }
}

test('root is root', async () => {
  assert.deepEqual(await become('root', {}), { privilege: { prefix: '', input: '' }, commands: [], asked: [] })
})

test('without a password where none is needed', async () => {
  const { privilege, asked } = await become('deploy', { free: true })
  assert.deepEqual([privilege, asked], [{ prefix: 'sudo -n ', input: '' }, []])
})

test('with the password that is asked for, whatever language the server speaks', async () => {
  const { privilege, asked } = await become('deploy', { password: 'open' }, ['open'])
  assert.deepEqual(privilege, { prefix: "sudo -k -S -p '' ", input: 'open\n' })
  assert.deepEqual(asked, [false])
})

test('with the third password, after two wrong ones', async () => {
  const { privilege, asked } = await become('deploy', { password: 'open' }, ['a', 'b', 'open'])
  assert.equal(privilege.input, 'open\n')
  assert.deepEqual(asked, [false, true, true])
})

for (const [what, sudo, given, words] of [
  ['three wrong passwords', { password: 'open' }, ['a', 'b', 'c', 'open'], /the one given was wrong or missing/],
  ['nobody to ask', { password: 'open' }, [], /the one given was wrong or missing/],
  ['no sudo', { exitCode: 127, refuses: 'sudo: command not found' }, [], /sudo is not installed there/],
  ['requiretty', { refuses: 'sudo: sorry, you must have a tty to run sudo' }, [], /requiretty/],
  [
    'no right to it',
    { refuses: 'Sorry, user deploy may not run sudo on core-1.' },
    ['x'],
    /Sorry, user deploy may not run sudo on core-1\.$/,
  ],
] as const)
  test(`not with ${what}`, async () => {
    await assert.rejects(become('deploy', sudo, given), (error: unknown) => {
      assert.ok(error instanceof RemoteError)
      assert.equal(error.phase, 'sudo')
      assert.match(error.message, words)
      assert.match(error.message, /^deploy cannot become root on core-1: /)
      assert.doesNotMatch(`${error.message}${error.remedy}`, /open/)
      return true
    })
  })
