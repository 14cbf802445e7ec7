import assert from 'node:assert/strict'
import { realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, beforeEach, suite, test } from 'node:test'
import { inspect } from 'node:util'
import type { Machine } from '../../../../src/fleet/fleet'
import type { Prompts, SecretQuestion } from '../../../../src/remote/connection'
import { createConnections } from '../../../../src/remote/connections'
import { whyOpenssh } from '../../../../src/remote/openssh/why-openssh'
import { resolveMachine } from '../../../../src/remote/resolve'
import { temporaryFolder } from '../../../quick/folder'
import { makeKey } from '../../../quick/keys'
import { startAgent } from '../../../quick/ssh-agent'
import { type Sshd, startSshd } from '../../../quick/sshd'
import { makeToken, missingForToken, type Token } from '../../../quick/token'
import { opensshClients } from '../clients'
import { configuredSsh, logIn, refusedLogin } from '../log-in'

const wrong = '104729'

suite('a key on a PKCS#11 token', { skip: opensshClients[0]?.skip || missingForToken }, () => {
  const folder = temporaryFolder()
  const stranger = makeKey(join(folder, 'stranger'))
  let token: Token
  let sshd: Sshd
  let environment: NodeJS.ProcessEnv
  let machine: Machine

  /** The environment in which ssh has this provider, and no key file. */
  const withProvider = (provider: string) => ({
    ...token.environment,
    ...configuredSsh(folder, `IdentityFile none\nPKCS11Provider ${provider}`),
  })

  before(async () => {
    token = makeToken(join(folder, 'token'))
    sshd = await startSshd(join(folder, 'sshd'), { authorizedKeys: token.publicKey })
    machine = {
      name: 'core-1',
      host: '127.0.0.1',
      ssh: { user: sshd.user, port: sshd.port, knownHostsFile: sshd.knownHosts },
    }
  })
  beforeEach(() => {
    environment = withProvider(token.provider)
  })
  after(() => sshd.stop())

  /** Connects to machines of these names at once, with commands to each; what was asked, and what became of each of them. */
  async function connectAll(
    abilities: (typeof opensshClients)[number]['abilities'],
    names: readonly string[],
    secret: (question: SecretQuestion, number: number) => string | undefined,
  ) {
    const asked: SecretQuestion[] = []
    const prompts: Prompts = {
      trustHostKey: async () => false,
      secret: async question => secret(question, asked.push(question)),
    }
    const connections = createConnections({ prompts, environment, client: () => 'auto', abilities })
    const ran = await Promise.allSettled(
      names.map(async name => {
        const connection = await connections.to({ ...machine, name })
        for (let count = 0; count < 2; count++) assert.equal((await connection.run('journal', ['x', 'y'])).exitCode, 64)
      }),
    )
    await connections.dispose()
    const errors = ran.map(result => (result.status === 'rejected' ? (result.reason as Error) : undefined))
    return { asked, errors }
  }

  for (const { name, abilities } of opensshClients)
    suite(`by ${name}`, () => {
      test('is for ssh, which asks for the PIN once', async () => {
        const settings = await resolveMachine(machine, environment)
        assert.equal(await whyOpenssh('core-1', settings, environment), `the PKCS#11 provider ${token.provider}`)
        const { asked, errors } = await connectAll(abilities, ['core-1'], () => token.pin)
        assert.deepEqual(errors, [undefined])
        const of = `PIN of the token ${token.label}`
        assert.deepEqual(asked, [{ machine: 'core-1', reason: of, echo: false, tries: { of, isLast: true } }])
      })

      test('is asked about once for several servers, and a wrong PIN goes to one of them only', async () => {
        const { asked, errors } = await connectAll(abilities, ['core-1', 'core-2', 'core-3'], (_, number) =>
          number === 1 ? wrong : token.pin,
        )
        const of = `PIN of the token ${token.label}`
        assert.deepEqual(
          asked.map(({ reason }) => reason),
          [of, `wrong ${of}; try again`],
        )
        assert.deepEqual(
          errors.map(error => error !== undefined),
          ['core-1', 'core-2', 'core-3'].map(each => each === asked[0]?.machine),
        )
      })

      test('whose PIN nobody gives for one server lets in to the others', async () => {
        const { asked, errors } = await connectAll(abilities, ['core-1', 'core-2'], (_, number) =>
          number === 1 ? undefined : token.pin,
        )
        assert.equal(asked.length, 2)
        const failed = errors.filter(error => error !== undefined)
        assert.equal(failed.length, 1)
        assert.match(failed[0]?.message ?? '', /a question was not answered; the server accepts publickey/)
      })

      test('does not sign with a wrong PIN, and no error holds that', async () => {
        const error = await refusedLogin('authenticate', machine, { environment, abilities, answers: [wrong] })
        assert.match(error.message, /tried: login; the token took no PIN \(PIN incorrect\): try again, but not often/)
        assert.ok(!inspect(error, { depth: null, showHidden: true }).includes(wrong))
      })

      test('is tried beside the key that fleet.yaml names', async () => {
        const named = { ...machine, ssh: { ...machine.ssh, identityFile: stranger } }
        const asked = await logIn(named, { environment, abilities, answers: [token.pin] })
        assert.deepEqual(asked, [`PIN of the token ${token.label}`])
      })
    })

  test('needs its token', async () => {
    const unplugged = { ...environment, ...token.unplugged }
    const { message } = await refusedLogin('authenticate', machine, { environment: unplugged })
    assert.ok(message.includes(`the PKCS#11 provider ${token.provider} shows no key: is its token plugged in?`))
  })

  test('needs its provider', async () => {
    const provider = join(folder, 'none.so')
    const login = { environment: withProvider(provider) }
    const { message } = await refusedLogin('authenticate', machine, login)
    assert.ok(message.includes(`${provider} cannot be read (No such file or directory)`), message)
    assert.ok(message.includes(`${provider} is no PKCS#11 provider`), message)
  })

  test('needs an ssh that can ask', async () => {
    const login = { environment, abilities: { sharesConnections: true, asks: false }, answers: [token.pin] }
    const { message } = await refusedLogin('authenticate', machine, login)
    assert.match(message, /ssh cannot prompt for a passphrase, a PIN or a password on this system/)
  })

  test('that an agent holds is for ssh2', async () => {
    const askpass = join(folder, 'say-pin')
    writeFileSync(askpass, `#!/bin/sh\necho ${token.pin}\n`, { mode: 0o755 })
    const agent = await startAgent(join(folder, 'agent.sock'), {
      // It looks at where a link leads (ssh-agent.c, process_add_smartcard_key).
      providers: realpathSync(token.provider),
      environment: token.environment,
    })
    try {
      agent.addToken(token.provider, askpass)
      const withAgent = { ...configuredSsh(folder, 'IdentityFile none'), SSH_AUTH_SOCK: agent.socket }
      const settings = await resolveMachine(machine, withAgent)
      assert.equal(await whyOpenssh('core-1', settings, withAgent), undefined)
      assert.deepEqual(await logIn(machine, { environment: withAgent }), [])
    } finally {
      agent.stop()
    }
  })
})
