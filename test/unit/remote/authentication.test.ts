import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import type { SshOptions } from '../../../src/fleet/fleet'
import { type Prompts, RemoteError } from '../../../src/remote/connection'
import { createConnections } from '../../../src/remote/connections'
import { temporaryFolder } from '../../quick/folder'
import { makeKey, publicKey } from '../../quick/keys'
import { programPath } from '../../quick/server-process'
import { type Agent, startAgent } from '../../quick/ssh-agent'
import { type Sshd, startSshd } from '../../quick/sshd'

const passphrase = 'open sesame'

suite('logging in to a real sshd', { skip: programPath('sshd') ? false : 'sshd is not installed' }, () => {
  const folder = temporaryFolder()
  const path = (name: string) => join(folder, name)
  const locked = { passphrase, rounds: 1 } as const
  const keys = {
    ed25519: makeKey(path('ed25519')),
    rsa: makeKey(path('rsa'), { type: 'rsa', bits: 2048 }),
    ecdsa256: makeKey(path('ecdsa256'), { type: 'ecdsa', bits: 256 }),
    ecdsa384: makeKey(path('ecdsa384'), { type: 'ecdsa', bits: 384 }),
    ecdsa521: makeKey(path('ecdsa521'), { type: 'ecdsa', bits: 521 }),
    'rsa in PEM': makeKey(path('rsa_pem'), { type: 'rsa', bits: 2048, format: 'PEM' }),
    'ecdsa in PEM': makeKey(path('ecdsa_pem'), { type: 'ecdsa', format: 'PEM' }),
    'rsa in PKCS8': makeKey(path('rsa_pkcs8'), { type: 'rsa', bits: 2048, format: 'PKCS8' }),
    'ecdsa in PKCS8': makeKey(path('ecdsa_pkcs8'), { type: 'ecdsa', format: 'PKCS8' }),
  }
  const lockedKeys = {
    ed25519: makeKey(path('locked_ed25519'), locked),
    rsa: makeKey(path('locked_rsa'), { type: 'rsa', bits: 2048, ...locked }),
    ecdsa: makeKey(path('locked_ecdsa'), { type: 'ecdsa', ...locked }),
    'rsa in PEM': makeKey(path('locked_rsa_pem'), { type: 'rsa', bits: 2048, format: 'PEM', ...locked }),
    'rsa in PKCS8': makeKey(path('locked_rsa_pkcs8'), { type: 'rsa', bits: 2048, format: 'PKCS8', ...locked }),
  }
  const strangers = Array.from({ length: 8 }, (_, index) => makeKey(path(`stranger_${index}`)))
  const lockedStranger = makeKey(path('locked_stranger'), locked)
  let sshd: Sshd
  let two: Sshd
  let agent: Agent

  before(async () => {
    const authorizedKeys = [...Object.values(keys), ...Object.values(lockedKeys)].map(publicKey).join('\n')
    sshd = await startSshd(path('sshd'), { authorizedKeys })
    two = await startSshd(path('two'), { authorizedKeys, settings: ['AuthenticationMethods publickey,publickey'] })
    agent = await startAgent(path('agent.sock'))
  })
  after(async () => {
    agent.stop()
    await sshd.stop()
    await two.stop()
  })

  /** Logs in once, and says what was asked; `answers` are given one after the other. */
  async function logIn(
    ssh: SshOptions,
    {
      answers = [],
      environment = {},
      at = sshd,
    }: { answers?: readonly string[]; environment?: NodeJS.ProcessEnv; at?: Sshd } = {},
  ): Promise<string[]> {
    const asked: string[] = []
    const prompts: Prompts = {
      trustHostKey: async () => false,
      secret: async ({ reason }) => answers[asked.push(reason) - 1],
    }
    const connections = createConnections({ prompts, environment: { PATH: process.env.PATH, ...environment } })
    try {
      const options = { user: at.user, port: at.port, knownHostsFile: at.knownHosts, ...ssh }
      const connection = await connections.to({ name: 'core-1', host: '127.0.0.1', ssh: options })
      assert.equal((await connection.run('journal', ['x', 'y'])).exitCode, 64)
    } finally {
      await connections.dispose()
    }
    return asked
  }
  const refused = async (...args: Parameters<typeof logIn>): Promise<RemoteError> => {
    try {
      await logIn(...args)
    } catch (error) {
      assert.ok(error instanceof RemoteError, String(error))
      assert.equal(error.phase, 'authenticate', error.message)
      return error
    }
    throw new Error('it was let in')
  }
  const withAgent = () => ({ SSH_AUTH_SOCK: agent.socket })
  const empty = () => execFileSync('ssh-add', ['-q', '-D'], { env: { ...process.env, ...withAgent() }, stdio: 'pipe' })

  for (const [kind, identityFile] of Object.entries(keys))
    test(`with a key: ${kind}`, async () => assert.deepEqual(await logIn({ identityFile }), []))

  for (const [kind, identityFile] of Object.entries(lockedKeys)) {
    test(`with a key that has a passphrase: ${kind}`, async () => {
      assert.deepEqual(await logIn({ identityFile }, { answers: [passphrase] }), [`passphrase of ${identityFile}`])
    })

    test(`with a key that has a passphrase, its public half missing: ${kind}`, async () => {
      const alone = path(`alone_${kind.replaceAll(' ', '_')}`)
      copyFileSync(identityFile, alone)
      assert.deepEqual(await logIn({ identityFile: alone }, { answers: [passphrase] }), [`passphrase of ${alone}`])
    })
  }

  test('with the third passphrase, after two wrong ones', async () => {
    const asked = await logIn({ identityFile: lockedKeys.ed25519 }, { answers: ['no', 'nor this', passphrase] })
    assert.equal(asked.length, 3)
    assert.match(asked[1] ?? '', /that was not the passphrase/)
  })

  test('not with three wrong passphrases', async () => {
    const { message } = await refused({ identityFile: lockedKeys.rsa }, { answers: ['a', 'b', 'c', passphrase] })
    assert.match(message, /was not opened by any passphrase/)
  })

  test('not when nobody gives the passphrase', async () => {
    const { message } = await refused({ identityFile: lockedKeys.ed25519 })
    assert.match(message, /nobody gave the passphrase of .*locked_ed25519/)
  })

  test('no passphrase is asked for of a key that the server does not take', async () => {
    const error = await refused({ identityFile: lockedStranger }, { answers: [passphrase] })
    assert.match(error.message, /tried: .*locked_stranger; the server takes publickey/)
  })

  test('a passphrase is asked for once, however many servers take the key', async () => {
    let asked = 0
    const prompts: Prompts = {
      trustHostKey: async () => false,
      secret: async () => {
        asked++
        return passphrase
      },
    }
    const connections = createConnections({ prompts, environment: { PATH: process.env.PATH } })
    const ssh = { user: sshd.user, port: sshd.port, knownHostsFile: sshd.knownHosts, identityFile: lockedKeys.ed25519 }
    await Promise.all(['a', 'b', 'c', 'd'].map(name => connections.to({ name, host: '127.0.0.1', ssh })))
    await connections.dispose()
    assert.equal(asked, 1)
  })

  for (const kind of ['ed25519', 'rsa', 'ecdsa256', 'ecdsa521'] as const)
    test(`with an agent's key: ${kind}`, async () => {
      empty()
      agent.add(keys[kind])
      assert.deepEqual(await logIn({ identityFile: path('none') }, { environment: withAgent() }), [])
    })

  test("with an agent's key that is the last of several", async () => {
    empty()
    agent.add(...strangers.slice(0, 3), keys.rsa)
    await logIn({ identityFile: path('none') }, { environment: withAgent() })
  })

  test('with the named file first, however many other keys an agent holds', async () => {
    empty()
    agent.add(...strangers)
    await logIn({ identityFile: keys.ecdsa384 }, { environment: withAgent() })
  })

  test('with a locked file that the agent holds open', async () => {
    empty()
    agent.add(keys.ed25519)
    copyFileSync(keys.ed25519, path('held'))
    execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', passphrase, '-a', '1', '-f', path('held')])
    assert.deepEqual(await logIn({ identityFile: path('held') }, { environment: withAgent() }), [])
  })

  test('too many keys are explained', async () => {
    empty()
    agent.add(...strangers)
    const { message, remedy } = await refused({ identityFile: path('none') }, { environment: withAgent() })
    assert.match(message, /the server broke off after too many keys/)
    assert.match(remedy ?? '', /identity_file/)
  })

  test('an agent that is not there is no end', async () => {
    const environment = { SSH_AUTH_SOCK: path('no-agent.sock') }
    await logIn({ identityFile: keys.ed25519 }, { environment })
    const { message } = await refused({ identityFile: strangers[0] ?? '' }, { environment })
    assert.match(message, /the agent at .*no-agent\.sock did not answer/)
  })

  test('with two keys, where the server wants two', async () => {
    empty()
    agent.add(strangers[0] ?? '', keys.rsa)
    await logIn({ identityFile: keys.ed25519 }, { environment: withAgent(), at: two })
  })

  test('a file that is not there, and one that is no key, are named', async () => {
    assert.match((await refused({ identityFile: path('none') })).message, /none is not there/)
    assert.match((await refused({ identityFile: sshd.knownHosts })).message, /known_hosts cannot be used/)
  })

  test('another user is not let in, and the message says who and where', async () => {
    const { message, remedy } = await refused({ user: 'nobody-at-all', identityFile: keys.ed25519 })
    assert.match(message, /^nobody-at-all@127\.0\.0\.1 was not let in; tried: .*ed25519/)
    assert.ok(remedy?.includes(`ssh -p ${sshd.port} nobody-at-all@127.0.0.1`))
  })

  test('no message and no error holds a passphrase', async () => {
    const { message, remedy, stack } = await refused(
      { identityFile: lockedStranger },
      { answers: ['geheim', 'geheim', 'geheim'] },
    )
    assert.doesNotMatch(`${message}${remedy}${stack}`, /geheim/)
  })
})
