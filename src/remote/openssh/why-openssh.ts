import { access, readFile } from 'node:fs/promises'
import { t } from '@vscode/l10n'
import { keyTypeOf } from '../key-type'
import { isAuthority, knownHostsNames } from '../known-hosts'
import { readKnownHosts } from '../known-hosts-file'
import type { MachineSettings } from '../machine-settings'
import { publicHalf } from '../openssh-key'
import { agentKeyTypes } from './agent-key-types'
import { identityFilesOf } from './identity-files'
import { hasTicket } from './kerberos-ticket'

/**
 * What a machine needs that ssh2 cannot do, such as `the certificate /home/alice/.ssh/id-cert.pub`; undefined if nothing. Throws
 * RemoteError if a known_hosts file exists and cannot be read.
 */
export async function whyOpenssh(
  machine: string,
  settings: MachineSettings,
  environment: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  for (const look of [configured, certificateFile, securityKeyFile, authority, heldByAgent, ticket]) {
    const why = await look(settings, machine, environment)
    if (why !== undefined) return why
  }
  return undefined
}

/** Options that only ssh supports, and their values when unset; `ssh -G` omits some of them then. */
const unread = {
  BindAddress: [],
  BindInterface: [],
  HostbasedAuthentication: ['no', 'false'],
  KnownHostsCommand: ['none'],
  ProxyUseFdpass: ['no', 'false'],
} as const satisfies Readonly<Record<string, readonly string[]>>

const configured = async ({ configuration, pkcs11Provider, namesTokenKey, gssapi, ways }: MachineSettings) => {
  for (const [keyword, unset] of Object.entries<readonly string[]>(unread)) {
    const value = configuration.get(keyword.toLowerCase())?.[0]
    if (value !== undefined && !unset.includes(value)) return `${keyword} ${value}`
  }
  if (pkcs11Provider !== undefined) return t('the PKCS#11 provider {0}', pkcs11Provider)
  if (namesTokenKey) return t('a key on a token, which IdentityFile names')
  return gssapi && ways.length === 0 ? t('GSSAPI as the only allowed login method') : undefined
}

/** ssh uses `CertificateFile`, and `id-cert.pub` beside `id` (ssh_config(5), IdentityFile). */
async function certificateFile(settings: MachineSettings): Promise<string | undefined> {
  const beside = identityFilesOf(settings).map(path => `${path}-cert.pub`)
  const there = await Promise.all([...settings.certificateFiles, ...beside].map(isThere))
  const found = there.find(path => path !== undefined)
  return found && t('the certificate {0}', found)
}

const isThere = (path: string): Promise<string | undefined> =>
  access(path).then(
    () => path,
    () => undefined,
  )

/** A key on a security key also has a private key file, whose type says so: `sk-ssh-ed25519@openssh.com`. */
async function securityKeyFile(settings: MachineSettings): Promise<string | undefined> {
  for (const path of identityFilesOf(settings)) {
    const key = publicHalf(await readFile(path, 'latin1').catch(() => ''))
    if (key && isSecurityKey(keyTypeOf(key))) return t('the security key {0}', path)
  }
  return undefined
}

async function authority(settings: MachineSettings, machine: string): Promise<string | undefined> {
  const names = knownHostsNames(settings.hostName, settings.port, settings.hostKeyAlias)
  const entries = await readKnownHosts(machine, [...settings.knownHostsFiles, ...settings.globalKnownHostsFiles])
  const found = entries.find(entry => isAuthority(entry, names))
  return found && t('the certificate authority in line {0} of {1}', found.line, found.file)
}

async function heldByAgent({ agent, identitiesOnly }: MachineSettings): Promise<string | undefined> {
  if (agent === undefined || identitiesOnly) return undefined
  const type = (await agentKeyTypes(agent)).find(held => isSecurityKey(held) || /-cert-v0\d@openssh\.com$/.test(held))
  return type && t("the agent's {0}", type)
}

/** ssh tries GSSAPI first, which gets nobody in who has no ticket: then every other way is one that ssh2 has. */
const ticket = async ({ gssapi }: MachineSettings, _machine: string, environment: NodeJS.ProcessEnv) =>
  gssapi && (await hasTicket(environment)) ? t('GSSAPI, for which there is a Kerberos ticket') : undefined

const isSecurityKey = (type: string) => type.startsWith('sk-')
