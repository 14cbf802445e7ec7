import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, beforeEach, suite, test } from 'node:test'
import type { Machine } from '../../../src/fleet/fleet'
import { type Prompts, RemoteError } from '../../../src/remote/connection'
import { createConnections } from '../../../src/remote/connections'
import { temporaryFolder } from '../../quick/folder'
import { makeKey, publicKey } from '../../quick/keys'
import { programPath } from '../../quick/server-process'
import { type Sshd, startSshd } from '../../quick/sshd'
import { clients } from './clients'

type Question = Parameters<Prompts['trustHostKey']>[0]

// A process a command verifies in the same way, and is tried in test/unit/remote/openssh/openssh-login.test.ts.
for (const { name: clientName, skip, ...chosen } of clients.filter(({ sharesConnections }) => sharesConnections))
  suite(`the host key of a real sshd, to ${clientName}`, { skip }, () => {
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
      writeFileSync(join(bin, 'ssh'), `#!/bin/sh\nexec ${programPath('ssh')} -F ${folder}/config "$@"\n`, {
        mode: 0o755,
      })
    })
    beforeEach(() => configure())
    after(() => sshd.stop())

    const knownHosts = (text: string) => {
      const file = join(folder, `known-${count++}`)
      writeFileSync(file, text)
      return file
    }
    const name = () => `[127.0.0.1]:${sshd.port}`
    const machineWith = (file: string | undefined): Machine => ({
      name: 'core-1',
      host: '127.0.0.1',
      ssh: { user: sshd.user, port: sshd.port, identityFile: key, ...(file ? { knownHostsFile: file } : {}) },
    })
    /** An `ssh` whose configuration is this, in the place of the operator's own. */
    const bin = join(folder, 'bin')
    const configure = (...lines: readonly string[]) => writeFileSync(join(folder, 'config'), `${lines.join('\n')}\n`)
    /** Connects once, and says what was asked. */
    async function connect(file: string | undefined, trust = false): Promise<Question[]> {
      const questions: Question[] = []
      const prompts: Prompts = {
        secret: async () => undefined,
        trustHostKey: async question => {
          questions.push(question)
          return trust
        },
      }
      const connections = createConnections({ prompts, environment: { PATH: `${bin}:${process.env.PATH}` }, ...chosen })
      try {
        await connections.to(machineWith(file))
      } finally {
        await connections.dispose()
      }
      return questions
    }
    const refusal = async (file?: string, trust = false): Promise<RemoteError> => {
      try {
        await connect(file, trust)
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

    test('is asked for as the kind that is known, though its name is hashed', async () => {
      const file = knownHosts(`${name()} ${publicKey(ecdsa)}\n`)
      execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'ignore' })
      assert.match(readFileSync(file, 'utf8'), /^\|1\|/)
      assert.deepEqual(await connect(file), [])
    })

    for (const [what, pattern, known] of [
      ['a pattern of names and ports', '[127.0.0.*]:*', true],
      ['a pattern among others', 'core-?.example.com,127.0.0.?', true],
      ['a pattern with an exception for it', '127.0.0.*,!127.0.0.1', false],
      ['an exception for another', '127.0.0.*,!127.0.0.2', true],
      ['its address without the port', '127.0.0.1', true],
      ['another port', '[127.0.0.1]:1', false],
    ] as const)
      test(`is ${known ? 'known' : 'not known'} by ${what}`, async () => {
        const asked = await connect(knownHosts(`${pattern} ${publicKey(rsa)}\n`)).catch(() => 'refused')
        assert.deepEqual(asked, known ? [] : 'refused')
      })

    test('is looked for in all files of the user and of the machine, and added to the first', async () => {
      const [own, second, global, machines] = [
        knownHosts(''),
        knownHosts(''),
        knownHosts(''),
        join(folder, 'not-there'),
      ]
      const line = `${name()} ${publicKey(ed25519)}\n`
      configure(`UserKnownHostsFile ${own} ${second}`, `GlobalKnownHostsFile ${machines} ${global}`)
      for (const file of [second, global]) {
        writeFileSync(file, line)
        assert.deepEqual(await connect(undefined), [], file)
        writeFileSync(file, '')
      }
      writeFileSync(global, `@revoked * ${publicKey(ed25519)}\n`)
      writeFileSync(own, line)
      assert.ok((await refusal()).message.includes(`revoked host key: line 1 of ${global}`))
      for (const file of [own, global]) writeFileSync(file, '')
      assert.equal((await connect(undefined, true)).length, 1)
      assert.deepEqual(
        [own, second, global].map(file => readFileSync(file, 'utf8')),
        [line, '', ''],
      )
    })

    test('is added under a name that nobody can read, if ssh keeps names so', async () => {
      const file = knownHosts('')
      configure('HashKnownHosts yes')
      assert.equal((await connect(file, true)).length, 1)
      assert.match(readFileSync(file, 'utf8'), /^\|1\|[\w+/]{27}=\|[\w+/]{27}= ssh-ed25519 [\w+/]+\n$/)
      assert.match(execFileSync('ssh-keygen', ['-F', name(), '-f', file], { encoding: 'utf8' }), /found: line 1/)
      assert.deepEqual(await connect(file), [])
    })

    test('is added and looked for under its alias', async () => {
      const file = knownHosts('')
      configure('HostKeyAlias fleet-core')
      assert.equal((await connect(file, true))[0]?.host, 'fleet-core')
      assert.equal(readFileSync(file, 'utf8'), `fleet-core ${publicKey(ed25519)}\n`)
      assert.deepEqual(await connect(file), [])
    })

    test('is not asked about where ssh may not ask', async () => {
      configure('StrictHostKeyChecking yes')
      const file = knownHosts('')
      const { message, remedy } = await refusal(file, true)
      assert.match(message, /is not known, and StrictHostKeyChecking .* forbids asking about it: ssh-ed25519 SHA256:/)
      assert.ok(remedy?.includes(`${file}: ${name()} ${publicKey(ed25519)}`))
      assert.equal(readFileSync(file, 'utf8'), '')
    })

    test('is verified whatever ssh itself would take', async () => {
      configure('StrictHostKeyChecking no', 'VerifyHostKeyDNS yes', 'NoHostAuthenticationForLocalhost yes')
      assert.match((await refusal(knownHosts(''))).message, /is not known/)
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
      const connections = createConnections({ prompts, environment: { PATH: process.env.PATH }, ...chosen })
      await Promise.all(['a', 'b', 'c'].map(other => connections.to({ ...machineWith(file), name: other })))
      await connections.dispose()
      assert.equal(asked, 1)
      assert.equal(readFileSync(file, 'utf8').split('\n').length, 2)
    })

    test('is refused when another one is known, and says where', async () => {
      const file = knownHosts(`# first line\n${name()} ${publicKey(stranger)}\n`)
      const { message, remedy } = await refusal(file)
      assert.match(message, /presented a host key that does not match known_hosts/)
      assert.ok(message.includes(`line 2 of ${file}`))
      assert.ok(remedy?.includes(`ssh-keygen -f ${file} -R '${name()}'`))
    })

    test('is refused when it is revoked, though it is known', async () => {
      const line = `${name()} ${publicKey(ed25519)}\n`
      const { message } = await refusal(knownHosts(`${line}@revoked ${line}`))
      assert.match(message, /revoked host key: line 2/)
    })

    test('is refused when RevokedHostKeys has it, or cannot be read', async () => {
      const [file, revoked] = [knownHosts(`${name()} ${publicKey(ed25519)}\n`), join(folder, 'revoked')]
      configure(`RevokedHostKeys ${revoked}`)
      assert.match((await refusal(file)).message, /revoked, which RevokedHostKeys names, cannot be read \(ENOENT\)/)
      writeFileSync(revoked, `# gone\n${publicKey(stranger)} a comment\n`)
      assert.deepEqual(await connect(file), [])
      writeFileSync(revoked, `# gone\n${publicKey(ed25519)} a comment\n`)
      assert.ok((await refusal(file)).message.includes(`a revoked host key: line 2 of ${revoked}`))
      execFileSync('ssh-keygen', ['-q', '-k', '-f', revoked, `${stranger}.pub`])
      // ssh reads that too.
      if (clientName === 'openssh') assert.deepEqual(await connect(file), [])
      else assert.match((await refusal(file)).message, /is a binary list \(KRL\), which ssh2 cannot read/)
    })

    test('is refused when known_hosts cannot be read', async () => {
      const { message } = await refusal(folder)
      assert.match(message, /cannot be read \(EISDIR\), so no host key can be verified/)
    })

    test('cannot be trusted where known_hosts cannot be written', async () => {
      const file = join(knownHosts(''), 'below-a-file')
      await assert.rejects(connect(file, true), /could not be added to .*below-a-file/)
    })
  })

test('a host key is verified on the only way there is to make an ssh2 client', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(path => path.endsWith('.ts'))
  const clients = sources.filter(path => /new (ssh2\.)?Client\(/.test(readFileSync(join('src', path), 'utf8')))
  assert.deepEqual(clients, ['remote/open-connection.ts'])
  const source = readFileSync('src/remote/open-connection.ts', 'utf8')
  assert.equal(source.match(/\.connect\(/g)?.length, 1)
  assert.equal(source.match(/^ {6}hostVerifier: /gm)?.length, 1)
})
