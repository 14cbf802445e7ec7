import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import type { SshOptions } from '../../../../src/fleet/fleet'
import { whyOpenssh } from '../../../../src/remote/openssh/why-openssh'
import { resolveMachine } from '../../../../src/remote/resolve'
import { temporaryFolder } from '../../../quick/folder'
import { type Kerberos, missingForKerberos, startKerberos } from '../../../quick/kerberos'
import { makeKey, publicKey } from '../../../quick/keys'
import { type Sshd, startSshd } from '../../../quick/sshd'
import { opensshClients } from '../clients'
import { configuredSsh, logIn, refusedLogin } from '../log-in'

/** As the ssh of Debian and of Fedora is configured for everybody. */
const forEverybody = 'GSSAPIAuthentication yes'

const noTicket = /GSSAPI did not log in: No Kerberos credentials available .* \(`kinit` gets a ticket\)/

/** Debian's and Fedora's ssh have more of GSSAPI than others. */
const hasKeyExchange = () =>
  /^gssapikeyexchange /m.test(execFileSync('ssh', ['-F', 'none', '-G', 'x'], { encoding: 'utf8' }))

suite('GSSAPI', { skip: opensshClients[0]?.skip || missingForKerberos }, () => {
  const folder = temporaryFolder()
  const key = makeKey(join(folder, 'id'))
  const knownHostsFile = join(folder, 'known_hosts')
  const strangers = join(folder, 'strangers')
  let kerberos: Kerberos
  let sshd: Sshd

  before(async () => {
    kerberos = await startKerberos(join(folder, 'kerberos'))
    sshd = await startSshd(join(folder, 'sshd'), {
      authorizedKeys: publicKey(key),
      settings: [
        'GSSAPIAuthentication yes',
        'GSSAPIStrictAcceptorCheck no',
        ...(hasKeyExchange() ? ['GSSAPIKeyExchange yes'] : []),
      ],
      environment: kerberos.server,
    })
    writeFileSync(knownHostsFile, `[localhost]:${sshd.port} ${sshd.hostKey}\n`)
    writeFileSync(strangers, '')
  })
  after(async () => {
    await sshd.stop()
    await kerberos.stop()
  })

  // A ticket is for a name.
  const machine = (ssh: SshOptions = {}) => ({
    name: 'core-1',
    host: 'localhost',
    ssh: { user: sshd.user, port: sshd.port, knownHostsFile, ...ssh },
  })
  /** The environment of who has a ticket, or has none, and whose ssh has this configuration. */
  const configured = (ticket: 'a ticket' | 'no ticket', lines = forEverybody): NodeJS.ProcessEnv => ({
    ...(ticket === 'a ticket' ? kerberos.withTicket : kerberos.withoutTicket),
    ...configuredSsh(folder, `IdentityFile none\n${lines}`),
  })
  const why = async (environment: NodeJS.ProcessEnv) =>
    whyOpenssh('core-1', await resolveMachine(machine(), environment), environment)

  for (const [ticket, lines, expected] of [
    ['a ticket', forEverybody, 'GSSAPI, for which there is a Kerberos ticket'],
    ['no ticket', forEverybody, undefined],
    ['a ticket', 'GSSAPIAuthentication no', undefined],
    ['a ticket', `${forEverybody}\nPreferredAuthentications publickey`, undefined],
    [
      'no ticket',
      `${forEverybody}\nPreferredAuthentications gssapi-with-mic`,
      'GSSAPI as the only allowed login method',
    ],
  ] as const)
    test(`with ${ticket} and ${lines.replace('\n', ', ')} is for ${expected ? 'ssh' : 'nobody: ssh2 has the rest'}`, async () =>
      assert.equal(await why(configured(ticket, lines)), expected))

  test('is looked for nowhere that has no klist', async () => {
    const environment = configured('a ticket')
    assert.equal(await why({ ...environment, PATH: join(folder, 'bin') }), undefined)
  })

  for (const { name, abilities } of opensshClients)
    suite(`by ${name}`, () => {
      test('lets in whoever has a ticket, and asks nothing', async () =>
        assert.deepEqual(await logIn(machine(), { environment: configured('a ticket'), abilities }), []))

      test('is passed over without a ticket, for a key', async () => {
        const login = { environment: configured('no ticket'), abilities, client: 'openssh' } as const
        assert.deepEqual(await logIn(machine({ identityFile: key }), login), [])
      })

      test('says what is missing where there is nothing else', async () => {
        const login = { environment: configured('no ticket'), abilities, client: 'openssh' } as const
        const { message } = await refusedLogin('authenticate', machine(), login)
        assert.match(message, noTicket)
        assert.match(message, /the server accepts publickey,.*gssapi-with-mic/)
      })

      test('does not vouch for a host that nobody knows', {
        skip: hasKeyExchange() ? false : 'this ssh has no GSSAPIKeyExchange',
      }, async () => {
        const environment = configured('a ticket', `${forEverybody}\nGSSAPIKeyExchange yes`)
        await refusedLogin('host-key', machine({ knownHostsFile: strangers }), { environment, abilities })
        assert.deepEqual(await logIn(machine(), { environment, abilities }), [])
      })
    })

  test('is nothing that who has a key and no ticket hears of', async () =>
    assert.deepEqual(await logIn(machine({ identityFile: key }), { environment: configured('no ticket') }), []))

  test('is what who has neither is told of', async () => {
    const { message } = await refusedLogin('authenticate', machine(), { environment: configured('no ticket') })
    assert.match(message, /GSSAPI was not tried: .* `klist -s` finds a ticket \(`kinit` gets one\)/)
  })
})
