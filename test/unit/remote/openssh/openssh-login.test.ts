import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import type { SshOptions } from '../../../../src/fleet/fleet'
import { createConnections } from '../../../../src/remote/connections'
import { whyOpenssh } from '../../../../src/remote/openssh/why-openssh'
import { resolveMachine } from '../../../../src/remote/resolve'
import { temporaryFolder } from '../../../quick/folder'
import { makeKey, publicKey } from '../../../quick/keys'
import { type Agent, startAgent } from '../../../quick/ssh-agent'
import { type Sshd, startSshd } from '../../../quick/sshd'
import { opensshClients } from '../clients'
import { configuredSsh, type LoginWishes, logIn as logInTo, refusedLogin } from '../log-in'
import { environment as nobodys } from '../one-server'

const passphrase = 'open sesame'

/** Made of software, for OpenSSH's own tests (Debian's openssh-tests). */
const securityKeyProvider = '/usr/lib/openssh/regress/misc/sk-dummy/sk-dummy.so'

suite('what ssh does and ssh2 cannot', { skip: opensshClients[0]?.skip }, () => {
  const folder = temporaryFolder()
  const path = (name: string) => join(folder, name)
  const plain = makeKey(path('plain'))
  const locked = makeKey(path('locked'), { passphrase, rounds: 1 })
  const certified = makeKey(path('certified'))
  const authority = makeKey(path('authority'))
  const hostKey = makeKey(path('host'))
  const stranger = makeKey(path('stranger'))
  const sign = (...args: string[]) => execFileSync('ssh-keygen', ['-q', '-s', authority, '-I', 'test', ...args])
  const authorizedKeys = () => [plain, locked].map(publicKey).join('\n')
  let sshd: Sshd
  let strange: Sshd
  let agent: Agent

  before(async () => {
    sign('-n', 'operators', `${certified}.pub`)
    sign('-h', '-n', '127.0.0.1', `${hostKey}.pub`)
    writeFileSync(path('principals'), 'operators\n')
    sshd = await startSshd(path('sshd'), {
      hostKeys: [hostKey],
      authorizedKeys: authorizedKeys(),
      settings: [
        `TrustedUserCAKeys ${authority}.pub`,
        `AuthorizedPrincipalsFile ${path('principals')}`,
        `HostCertificate ${hostKey}-cert.pub`,
      ],
    })
    strange = await startSshd(path('strange'), {
      authorizedKeys: publicKey(plain),
      settings: ['KexAlgorithms sntrup761x25519-sha512@openssh.com'],
    })
    agent = await startAgent(path('agent.sock'))
  })
  after(async () => {
    agent.stop()
    await sshd.stop()
    await strange.stop()
  })

  const machine = (ssh: SshOptions, at = sshd) => ({
    name: 'core-1',
    host: '127.0.0.1',
    ssh: { user: at.user, port: at.port, knownHostsFile: at.knownHosts, ...ssh },
  })
  type Wishes = LoginWishes & { readonly at?: Sshd }
  const logIn = (ssh: SshOptions, { at = sshd, ...wishes }: Wishes = {}) => logInTo(machine(ssh, at), wishes)
  const refused = (phase: string, ssh: SshOptions, { at = sshd, ...wishes }: Wishes = {}) =>
    refusedLogin(phase, machine(ssh, at), wishes)
  const why = async (ssh: SshOptions, wanted: NodeJS.ProcessEnv = {}) => {
    const environment = { ...nobodys, ...wanted }
    return whyOpenssh('core-1', await resolveMachine(machine(ssh), environment), environment)
  }
  const configured = (lines: string) => configuredSsh(folder, lines)
  const byAuthority = () => {
    writeFileSync(path('by-authority'), `@cert-authority *.0.0.1,[127.0.0.1]:${sshd.port} ${publicKey(authority)}\n`)
    return path('by-authority')
  }

  for (const [lines, expected] of [
    ['PKCS11Provider /usr/lib/softhsm/libsofthsm2.so', /^the PKCS#11 provider \/usr\/lib\/softhsm\/libsofthsm2\.so$/],
    ['GSSAPIAuthentication yes\nPreferredAuthentications gssapi-with-mic', /^GSSAPI/],
    ['GSSAPIAuthentication yes', undefined],
    ['PKCS11Provider none', undefined],
    ['IdentityFile pkcs11:object=login?pin-value=104729', /^a key on a token, which IdentityFile names$/],
    ['BindAddress 127.0.0.1', /^BindAddress 127\.0\.0\.1$/],
    ['BindInterface lo', /^BindInterface lo$/],
    ['HostbasedAuthentication yes', /^HostbasedAuthentication (yes|true)$/],
    ['HostbasedAuthentication no', undefined],
    ['KnownHostsCommand /usr/bin/known %h', /^KnownHostsCommand \/usr\/bin\/known %h$/],
    ['KnownHostsCommand none', undefined],
    ['ProxyUseFdpass yes', /^ProxyUseFdpass (yes|true)$/],
    ['ProxyUseFdpass no', undefined],
    // known_hosts is asked, whatever a name server says.
    ['VerifyHostKeyDNS yes', undefined],
  ] as const)
    test(`as the configuration says: ${lines.replace('\n', ', ')}`, async () => {
      const reason = await why({ identityFile: plain }, configured(lines))
      if (expected) assert.match(reason ?? '', expected)
      else assert.equal(reason, undefined)
    })

  test('and nothing else: a plain key is for ssh2', async () =>
    assert.equal(await why({ identityFile: plain }), undefined))

  for (const { name, abilities } of opensshClients)
    suite(`by ${name}`, () => {
      const by = { client: 'openssh', abilities } as const

      test('a certificate beside a key', async () => {
        assert.match((await why({ identityFile: certified })) ?? '', /^the certificate .*certified-cert\.pub$/)
        await logIn({ identityFile: certified }, { abilities })
        await refused('authenticate', { identityFile: certified }, { client: 'ssh2' })
      })

      test("a certificate that the agent holds, whose key's file is not there", async () => {
        copyFileSync(certified, path('elsewhere'))
        copyFileSync(`${certified}-cert.pub`, path('elsewhere-cert.pub'))
        agent.add(path('elsewhere'))
        const environment = { SSH_AUTH_SOCK: agent.socket }
        assert.match((await why({}, environment)) ?? '', /^the agent's ssh-ed25519-cert-v01@openssh\.com$/)
        await logIn({}, { environment, abilities })
        assert.equal(await why({}, { SSH_AUTH_SOCK: path('no-agent.sock') }), undefined)
      })

      test('a certificate authority for hosts', async () => {
        const knownHostsFile = byAuthority()
        assert.match(
          (await why({ identityFile: plain, knownHostsFile })) ?? '',
          /^the certificate authority in line 1 of/,
        )
        await logIn({ identityFile: plain, knownHostsFile }, { abilities })
        await refused('host-key', { identityFile: plain, knownHostsFile }, { client: 'ssh2' })
      })

      test('a host key that a KnownHostsCommand knows, from an address of its own', async () => {
        const knownHostsFile = path('known-to-nobody')
        writeFileSync(knownHostsFile, '')
        const command = `KnownHostsCommand /bin/echo [127.0.0.1]:${sshd.port} ${sshd.hostKey}`
        const environment = configured(`BindAddress 127.0.0.1\n${command}`)
        assert.deepEqual(await logIn({ identityFile: plain, knownHostsFile }, { environment, abilities }), [])
        await refused('host-key', { identityFile: plain, knownHostsFile }, { environment, client: 'ssh2' })
      })

      test('a server that takes only a key exchange that ssh2 lacks', async () => {
        await logIn({ identityFile: plain }, { at: strange, abilities })
        const { message } = await refused('connect', { identityFile: plain }, { at: strange, client: 'ssh2' })
        assert.match(message, /accepts none of the algorithms/)
      })

      test('a security key', {
        skip: existsSync(securityKeyProvider)
          ? false
          : 'openssh-tests, which has a security key of software, is missing',
      }, async () => {
        const key = path(`security-key ${name}`)
        execFileSync('ssh-keygen', ['-q', '-t', 'ed25519-sk', '-w', securityKeyProvider, '-N', '', '-f', key])
        writeFileSync(join(sshd.folder, 'authorized_keys'), readFileSync(`${key}.pub`))
        const environment = configured(`SecurityKeyProvider ${securityKeyProvider}`)
        try {
          assert.equal(await why({ identityFile: key }), `the security key ${key}`)
          await logIn({ identityFile: key }, { environment, abilities })
          await refused('authenticate', { identityFile: key }, { environment, client: 'ssh2' })
        } finally {
          writeFileSync(join(sshd.folder, 'authorized_keys'), authorizedKeys())
        }
      })

      suite('asks through SSH_ASKPASS', () => {
        test('for a passphrase, until it is right', async () => {
          const answers = ['no', passphrase]
          assert.deepEqual(await logIn({ identityFile: locked }, { ...by, answers }), [
            `passphrase of ${locked}`,
            `wrong passphrase of ${locked}; try again`,
          ])
        })

        test('for nothing where ssh cannot ask', async () => {
          const { message } = await refused(
            'authenticate',
            { identityFile: locked },
            { client: 'openssh', abilities: { ...abilities, asks: false }, answers: [passphrase] },
          )
          assert.match(message, /ssh cannot prompt for a passphrase, a PIN or a password on this system/)
        })

        test('and says so when nobody answers, and no error holds what was answered', async () => {
          const none = await refused('authenticate', { identityFile: locked }, by)
          assert.match(none.message, /a question was not answered; the server accepts publickey/)
          const wrong = await refused(
            'authenticate',
            { identityFile: locked },
            { ...by, answers: ['geheim', 'geheim', 'geheim'] },
          )
          assert.doesNotMatch(`${wrong.message}${wrong.remedy}${wrong.stack}${wrong.cause}`, /geheim/)
        })

        test('for nothing that the server would not take', async () => {
          const { message } = await refused(
            'authenticate',
            { identityFile: stranger },
            { ...by, answers: [passphrase] },
          )
          assert.match(message, /could not log in; tried: .*stranger; the server accepts publickey/)
        })
      })

      suite('never takes a host for what it is not', () => {
        const name = () => `[127.0.0.1]:${strange.port}`
        const known = (text: string) => {
          writeFileSync(path('known'), text)
          return path('known')
        }

        test('but asks about one that is unknown, and adds it', async () => {
          const knownHostsFile = known('')
          const asked = await logIn({ identityFile: plain, knownHostsFile }, { ...by, at: strange, trust: true })
          assert.match(asked[0] ?? '', /^\[127\.0\.0\.1\]:\d+ SHA256:/)
          // By its name or the hash of it, as HashKnownHosts of this machine's configuration says.
          assert.ok(readFileSync(knownHostsFile, 'utf8').endsWith(` ${strange.hostKey}\n`))
          assert.deepEqual(await logIn({ identityFile: plain, knownHostsFile }, { ...by, at: strange }), [])
        })

        test('and refuses it when nobody trusts it, with the line to add', async () => {
          const { remedy } = await refused(
            'host-key',
            { identityFile: plain, knownHostsFile: known('') },
            { ...by, at: strange },
          )
          assert.ok(remedy?.includes(`${name()} ${strange.hostKey}`))
        })

        test('nor one whose key has changed', async () => {
          const knownHostsFile = known(`${name()} ${publicKey(stranger)}\n`)
          const { message } = await refused(
            'host-key',
            { identityFile: plain, knownHostsFile },
            { ...by, at: strange, trust: true },
          )
          assert.match(message, /presented a host key that does not match known_hosts/)
        })
      })
    })

  test('a FLEET_OPS_SSH_CLIENT that is none is refused', async () => {
    const connections = createConnections({
      prompts: { trustHostKey: async () => false, secret: async () => undefined },
      environment: { PATH: process.env.PATH, FLEET_OPS_SSH_CLIENT: 'putty' },
    })
    await assert.rejects(connections.to(machine({})), {
      phase: 'resolve',
      message: /must be one of auto, ssh2, openssh/,
    })
    await connections.dispose()
  })
})
