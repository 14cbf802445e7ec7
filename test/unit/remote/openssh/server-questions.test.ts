import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import ssh2, { type AuthContext } from 'ssh2'
import { newKey } from '../../../../src/demo/new-key'
import { createConnections } from '../../../../src/remote/connections'
import { temporaryFolder } from '../../../quick/folder'
import { makeKey } from '../../../quick/keys'
import { programPath } from '../../../quick/server-process'
import { clients, opensshClients } from '../clients'

const passphrase = 'open sesame'

// A server of ssh2's, which can be told to ask anything, and counts what it is told.
suite('a server that asks what it likes', { skip: opensshClients[0]?.skip }, () => {
  const folder = temporaryFolder()
  const hostKey = newKey()
  const identityFile = makeKey(join(folder, 'locked'), { passphrase, rounds: 1 })
  const ownQuestion = `Enter passphrase for key '${identityFile}': `
  const knownHostsFile = join(folder, 'known_hosts')
  const bin = join(folder, 'bin')
  let port = 0
  let way: 'password' | 'keyboard-interactive' = 'password'
  /** What it was told, in turn. */
  const told: string[] = []

  const server = new ssh2.Server({ hostKeys: [hostKey.private] }, client =>
    client
      .on('error', () => {})
      .on('authentication', (context: AuthContext) => {
        if (context.method === 'password') told.push(context.password)
        if (context.method !== 'keyboard-interactive' || way === 'password') return context.reject([way])
        context.prompt([{ prompt: ownQuestion, echo: false }], '', '', answers => {
          told.push(...(answers ?? []))
          context.reject([way])
        })
      }),
  )

  before(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening')
    port = (server.address() as AddressInfo).port
    writeFileSync(knownHostsFile, `[127.0.0.1]:${port} ${hostKey.public}\n`)
    // What asks is told the question as before OpenSSH 8.5: without whose it is.
    mkdirSync(bin)
    const asks = `#!/bin/sh\nexec "$REAL_ASKPASS" "$(printf %s. "$1" | sed 's/^(.*@127.0.0.1) //; s/[.]$//')"\n`
    writeFileSync(join(bin, 'askpass'), asks, { mode: 0o755 })
    const old = `#!/bin/sh\nREAL_ASKPASS=$SSH_ASKPASS SSH_ASKPASS=${bin}/askpass exec ${programPath('ssh')} -F none "$@"\n`
    writeFileSync(join(bin, 'ssh'), old, { mode: 0o755 })
  })
  after(() => server.close())

  /** Logs in as far as it goes, and says what was asked, what the server was told, and why it ended. */
  async function logIn(
    { client, abilities }: Pick<(typeof clients)[number], 'client' | 'abilities'>,
    wanted: typeof way,
    answers: readonly (string | undefined)[],
    path = process.env.PATH,
  ) {
    way = wanted
    told.length = 0
    const asked: string[] = []
    const connections = createConnections({
      prompts: {
        trustHostKey: async () => false,
        secret: async ({ reason }) => answers[asked.push(reason) - 1],
        passphrases: { get: async () => passphrase, forget: async () => {}, offer: () => {} },
      },
      environment: { PATH: path },
      client,
      abilities,
    })
    const ssh = { user: 'alice', port, identityFile, knownHostsFile }
    const why = await connections.to({ name: 'core-1', host: '127.0.0.1', ssh }).then(
      () => assert.fail('it was let in'),
      (error: Error) => error.message,
    )
    await connections.dispose()
    return { asked, told: [...told], why }
  }

  for (const tested of clients)
    suite(`over ${tested.name}`, { skip: tested.skip }, () => {
      for (const wanted of ['password', 'keyboard-interactive'] as const)
        test(`is told nothing where nobody answers: ${wanted}`, async () => {
          const { asked, told, why } = await logIn(tested, wanted, [])
          assert.equal(asked.length, 1)
          // Over ssh2 what was begun has to be ended.
          assert.deepEqual(told, tested.name === 'ssh2' && wanted === 'keyboard-interactive' ? [''] : [])
          assert.match(why, /could not log in; .*was not answered/)
        })

      test('is told no passphrase that is kept', async () => {
        const { asked, told } = await logIn(tested, 'keyboard-interactive', ['first'])
        assert.deepEqual(told.slice(0, 1), ['first'])
        assert.ok(!told.includes(passphrase))
        assert.ok(asked[0]?.includes(ownQuestion.slice(0, -2)), asked[0])
      })
    })

  for (const tested of opensshClients)
    test(`nor by ${tested.name} before 8.5, which says not who asks`, async () => {
      const { asked, told } = await logIn(tested, 'keyboard-interactive', ['first'], `${bin}:${process.env.PATH}`)
      assert.deepEqual(told, ['first'])
      assert.equal(asked[0], `the server asks: ${ownQuestion.slice(0, -2)}`)
    })
})
