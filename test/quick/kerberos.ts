import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { freePort, programPath, requireProgram, startServer } from './server-process'

const missing = ['krb5kdc', 'kdb5_util', 'kadmin.local', 'kinit', 'klist'].find(name => !programPath(name))

/** Why there can be no Kerberos, or false. */
export const missingForKerberos: string | false = missing === undefined ? false : `${missing} is not installed`

const realm = 'FLEET.TEST'

/** A realm of Kerberos with a KDC of its own on 127.0.0.1, in which the user who runs this has a ticket. */
export interface Kerberos {
  /** Of a user with a ticket, and of one without. */
  readonly withTicket: NodeJS.ProcessEnv
  readonly withoutTicket: NodeJS.ProcessEnv
  /** Of an sshd to which tickets for `localhost` are given. */
  readonly server: NodeJS.ProcessEnv
  stop(): Promise<void>
}

/** Starts one in a folder. */
export async function startKerberos(folder: string): Promise<Kerberos> {
  mkdirSync(folder, { recursive: true })
  const path = (name: string) => join(folder, name)
  const withTicket = { KRB5_CONFIG: path('krb5.conf'), KRB5CCNAME: `FILE:${path('tickets')}` }
  const env = { ...process.env, ...withTicket, KRB5_KDC_PROFILE: path('kdc.conf') }
  const tell = (program: string, ...args: readonly string[]) =>
    execFileSync(requireProgram(program), args, { env, stdio: 'pipe' })
  const { username } = userInfo()

  async function start() {
    const port = await freePort()
    writeFileSync(path('krb5.conf'), krb5Conf(port))
    writeFileSync(path('kdc.conf'), kdcConf(folder, port))
    return startServer(requireProgram('krb5kdc'), ['-n'], { port, log: path('kdc.log'), env })
  }

  writeFileSync(path('krb5.conf'), krb5Conf(0))
  writeFileSync(path('kdc.conf'), kdcConf(folder, 0))
  tell('kdb5_util', 'create', '-s', '-P', 'of this test alone', '-r', realm)
  for (const [name, keytab] of [
    ['host/localhost', 'sshd.keytab'],
    [username, 'user.keytab'],
  ] as const) {
    tell('kadmin.local', '-r', realm, 'addprinc', '-randkey', name)
    tell('kadmin.local', '-r', realm, 'ktadd', '-k', path(keytab), name)
  }
  // Somebody may take a free port between the asking and the listening.
  const kdc = await start().catch(start)
  tell('kinit', '-k', '-t', path('user.keytab'), username)
  return {
    withTicket,
    withoutTicket: { ...withTicket, KRB5CCNAME: `FILE:${path('no-tickets')}` },
    server: { KRB5_CONFIG: path('krb5.conf'), KRB5_KTNAME: path('sshd.keytab') },
    stop: () => kdc.stop(),
  }
}

const krb5Conf = (port: number) => `[libdefaults]
  default_realm = ${realm}
  dns_lookup_realm = false
  dns_lookup_kdc = false
  dns_canonicalize_hostname = false
  rdns = false
  udp_preference_limit = 1
[realms]
  ${realm} = {
    kdc = 127.0.0.1:${port}
  }
[domain_realm]
  localhost = ${realm}
`

const kdcConf = (folder: string, port: number) => `[realms]
  ${realm} = {
    database_name = ${folder}/principals
    key_stash_file = ${folder}/stash
    kdc_listen = 127.0.0.1:${port}
    kdc_tcp_listen = 127.0.0.1:${port}
  }
[logging]
  kdc = FILE:${folder}/kdc.log
`
