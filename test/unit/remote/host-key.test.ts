import assert from 'node:assert/strict'
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import type { Machine } from '../../../src/fleet/fleet'
import { type Prompts, RemoteError } from '../../../src/remote/connection'
import { createConnections } from '../../../src/remote/connections'
import { temporaryFolder } from '../../quick/folder'
import { makeKey, publicKey } from '../../quick/keys'
import { programPath } from '../../quick/server-process'
import { type Sshd, startSshd } from '../../quick/sshd'

type Question = Parameters<Prompts['trustHostKey']>[0]

suite('the host key of a real sshd', { skip: programPath('sshd') ? false : 'sshd is not installed' }, () => {
  const folder = temporaryFolder()
  const key = makeKey(join(folder, 'id'))
  const [ed25519, ecdsa, rsa, stranger] = [
    makeKey(join(folder, 'host_ed25519')),
    makeKey(join(folder, 'host_ecdsa'), { type: 'ecdsa' }),
    makeKey(join(folder, 'host_rsa'), { type: 'rsa', bits: 2048 }),
    makeKey(join(folder, 'stranger')),
  ]
  let sshd: Sshd
  let count = 0

  before(async () => {
    sshd = await startSshd(folder, { authorizedKeys: publicKey(key), hostKeys: [ed25519, ecdsa, rsa] })
  })
  after(() => sshd.stop())

  const knownHosts = (text: string) => {
    const file = join(folder, `known-${count++}`)
    writeFileSync(file, text)
    return file
  }
  const name = () => `[127.0.0.1]:${sshd.port}`
  const machineWith = (file: string): Machine => ({
    name: 'core-1',
    host: '127.0.0.1',
    ssh: { user: sshd.user, port: sshd.port, identityFile: key, knownHostsFile: file },
  })
  /** Connects once, and says what was asked. */
  async function connect(file: string, trust = false): Promise<Question[]> {
    const questions: Question[] = []
    const prompts: Prompts = {
      secret: async () => undefined,
      trustHostKey: async question => {
        questions.push(question)
        return trust
      },
    }
    const connections = createConnections({ prompts, environment: { PATH: process.env.PATH } })
    try {
      await connections.to(machineWith(file))
    } finally {
      await connections.dispose()
    }
    return questions
  }
  const refusal = async (file: string): Promise<RemoteError> => {
    try {
      await connect(file)
    } catch (error) {
      assert.ok(error instanceof RemoteError)
      assert.equal(error.phase, 'host-key')
      return error
    }
    throw new Error('it was let through')
  }

  for (const [kind, path] of [
    ['ed25519', ed25519],
    ['ecdsa', ecdsa],
    ['rsa', rsa],
  ] as const)
    test(`is asked for as the ${kind} key if that is the one that is known`, async () => {
      assert.deepEqual(await connect(knownHosts(`${name()} ${publicKey(path)}\n`)), [])
    })

  test('is asked about when it is unknown, with its fingerprint, and added', async () => {
    const file = join(folder, 'new', 'known_hosts')
    const [question] = await connect(file, true)
    assert.equal(question?.host, name())
    assert.equal(question?.file, file)
    assert.equal(question?.keyType, 'ssh-ed25519')
    assert.match(question?.fingerprint ?? '', /^SHA256:[A-Za-z0-9+/]{43}$/)
    assert.equal(readFileSync(file, 'utf8'), `${name()} ${publicKey(ed25519)}\n`)
    assert.equal(statSync(file).mode & 0o777, 0o600)
    assert.deepEqual(await connect(file), [])
  })

  test('is refused when it is unknown and nobody trusts it, with the line to add', async () => {
    const file = join(folder, 'never')
    const { message, remedy } = await refusal(file)
    assert.match(message, /is not known: ssh-ed25519 SHA256:/)
    assert.ok(remedy?.includes(`${file}: ${name()} ${publicKey(ed25519)}`))
    assert.equal(existsSync(file), false)
  })

  test('is added without a change to mode, link, bytes or other entries', async () => {
    const before = `# mine\nother ${publicKey(stranger)}`
    const file = knownHosts(before)
    chmodSync(file, 0o640)
    const link = join(folder, 'linked')
    symlinkSync(file, link)
    await connect(link, true)
    assert.equal(readFileSync(file, 'utf8'), `${before}\n${name()} ${publicKey(ed25519)}\n`)
    assert.equal(statSync(file).mode & 0o777, 0o640)
    assert.ok(readdirSync(folder).includes('linked'))
  })

  test('is asked about once, however many machines have it', async () => {
    const file = join(folder, 'shared')
    let asked = 0
    const prompts: Prompts = {
      secret: async () => undefined,
      trustHostKey: async () => {
        asked++
        await new Promise(done => setTimeout(done, 50))
        return true
      },
    }
    const connections = createConnections({ prompts, environment: { PATH: process.env.PATH } })
    await Promise.all(['a', 'b', 'c'].map(other => connections.to({ ...machineWith(file), name: other })))
    await connections.dispose()
    assert.equal(asked, 1)
    assert.equal(readFileSync(file, 'utf8').split('\n').length, 2)
  })

  test('is refused when another one is known, and says where', async () => {
    const file = knownHosts(`# first line\n${name()} ${publicKey(stranger)}\n`)
    const { message, remedy } = await refusal(file)
    assert.match(message, /shows another host key than the one that is known/)
    assert.ok(message.includes(`line 2 of ${file}`))
    assert.ok(remedy?.includes(`ssh-keygen -f ${file} -R '${name()}'`))
  })

  test('is refused when it is revoked, though it is known', async () => {
    const line = `${name()} ${publicKey(ed25519)}\n`
    const { message } = await refusal(knownHosts(`${line}@revoked ${line}`))
    assert.match(message, /revoked: line 2/)
  })

  test('is refused when known_hosts cannot be read', async () => {
    const { message } = await refusal(folder)
    assert.match(message, /cannot be read \(EISDIR\), so no host key can be verified/)
  })

  test('cannot be trusted where known_hosts cannot be written', async () => {
    const file = join(knownHosts(''), 'below-a-file')
    await assert.rejects(connect(file, true), /could not be added to .*below-a-file/)
  })

  test('is verified on the only way there is to make an ssh2 client', () => {
    const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(path => path.endsWith('.ts'))
    const clients = sources.filter(path => /new (ssh2\.)?Client\(/.test(readFileSync(join('src', path), 'utf8')))
    assert.deepEqual(clients, ['remote/open-connection.ts'])
    const source = readFileSync('src/remote/open-connection.ts', 'utf8')
    assert.equal(source.match(/\.connect\(/g)?.length, 1)
    assert.equal(source.match(/^ {6}hostVerifier: /gm)?.length, 1)
  })
})
