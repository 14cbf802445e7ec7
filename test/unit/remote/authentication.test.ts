import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import type { SshOptions } from '../../../src/fleet/fleet'
import { type Prompts, RemoteError } from '../../../src/remote/connection'
import { createConnections } from '../../../src/remote/connections'
import { readPrivateKey, unlockPrivateKey } from '../../../src/remote/private-key'
import { temporaryFolder } from '../../quick/folder'
import { copyKey, makeKey, publicKey } from '../../quick/keys'
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
  }
  const lockedKey = makeKey(path('locked'), locked)
  const strangers = Array.from({ length: 8 }, (_, index) => makeKey(path(`stranger_${index}`)))
  const lockedStranger = makeKey(path('locked_stranger'), locked)
  let sshd: Sshd
  let two: Sshd
  let agent: Agent

  before(async () => {
    const authorizedKeys = [...Object.values(keys), lockedKey].map(publicKey).join('\n')
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
      await connections.to({ name: 'core-1', host: '127.0.0.1', ssh: options })
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

  /** The same key in every format that OpenSSH or OpenSSL writes it in, with no public half beside it. */
  const copies = Object.entries(keys).flatMap(([kind, key]) =>
    (['OpenSSH', 'PEM', 'PKCS8'] as const).flatMap(format =>
      [false, true]
        .filter(isLocked => isLocked || format !== 'OpenSSH')
        .filter(() => kind !== 'ed25519' || format !== 'PEM')
        .map(isLocked => ({ kind, key, format, isLocked })),
    ),
  )
  function copy({ kind, key, format, isLocked }: (typeof copies)[number]): string {
    const file = path([kind, format, isLocked ? 'locked' : 'open'].join('_'))
    if (kind === 'ed25519' && format === 'PKCS8') return pkcs8(file, isLocked)
    return copyKey(key, file, { ...(format === 'OpenSSH' ? {} : { format }), ...(isLocked ? locked : {}) })
  }
  /** Which OpenSSL writes, and ssh-keygen does not. */
  function pkcs8(file: string, isLocked: boolean): string {
    const text = unlockPrivateKey(readFileSync(lockedKey, 'latin1'), passphrase)
    const key = readPrivateKey(text)
    assert.ok(!(key instanceof Error))
    const cipher = isLocked ? { cipher: 'aes-256-cbc', passphrase } : {}
    writeFileSync(file, createPrivateKey(key.getPrivatePEM()).export({ type: 'pkcs8', format: 'pem', ...cipher }))
    return file
  }

  for (const [kind, identityFile] of Object.entries(keys))
    test(`with a key: ${kind}`, async () => assert.deepEqual(await logIn({ identityFile }), []))

  for (const each of copies)
    test(`with a key in ${each.format}${each.isLocked ? ', with a passphrase' : ''}: ${each.kind}`, async () => {
      const identityFile = copy(each)
      const [answers, asked] = each.isLocked ? [[passphrase], [`passphrase of ${identityFile}`]] : [[], []]
      assert.deepEqual(await logIn({ identityFile }, { answers }), asked)
    })

  for (const format of ['OpenSSH', 'PEM'] as const)
    test(`with a locked key in ${format}, its public half beside it`, async () => {
      const identityFile = copyKey(keys.ecdsa256, path(`beside_${format}`), {
        ...(format === 'PEM' ? { format } : {}),
        ...locked,
      })
      copyFileSync(`${keys.ecdsa256}.pub`, `${identityFile}.pub`)
      assert.deepEqual(await logIn({ identityFile }, { answers: [passphrase] }), [`passphrase of ${identityFile}`])
    })

  test('with the third passphrase, after two wrong ones', async () => {
    const asked = await logIn({ identityFile: lockedKey }, { answers: ['no', 'nor this', passphrase] })
    assert.equal(asked.length, 3)
    assert.match(asked[1] ?? '', /wrong passphrase/)
  })

  test('with the next key, after three wrong passphrases for the first', async () => {
    empty()
    agent.add(keys.rsa)
    const asked = await logIn(
      { identityFile: lockedKey },
      { answers: ['a', 'b', 'c', passphrase], environment: withAgent() },
    )
    assert.equal(asked.length, 3)
  })

  test('not when nobody gives the passphrase', async () => {
    const { message } = await refused({ identityFile: lockedKey })
    assert.match(message, /no passphrase was given for .*locked/)
  })

  test('no passphrase is asked for of a key that the server does not take', async () => {
    const error = await refused({ identityFile: lockedStranger }, { answers: [passphrase] })
    assert.match(error.message, /tried: .*locked_stranger; the server accepts publickey/)
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
    const ssh = { user: sshd.user, port: sshd.port, knownHostsFile: sshd.knownHosts, identityFile: lockedKey }
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
    assert.match(message, /the server disconnected after too many keys/)
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
    assert.match((await refused({ identityFile: path('none') })).message, /none does not exist/)
    assert.match((await refused({ identityFile: sshd.knownHosts })).message, /known_hosts cannot be used/)
  })

  test('another user is not let in, and the message says who and where', async () => {
    const { message, remedy } = await refused({ user: 'nobody-at-all', identityFile: keys.ed25519 })
    assert.match(message, /^nobody-at-all@127\.0\.0\.1 could not log in; tried: .*ed25519/)
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
