import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Machine } from '../fleet/fleet'
import { configuredPath, configuredPaths, libraryPath, type PathContext } from './configured-path'
import { account, commandTokens, expandTokens, expandVariables, pathTokens } from './tokens'

export type LoginWay = 'publickey' | 'keyboard-interactive' | 'password'

/** The settings of a connection to a machine: OpenSSH's configuration, overridden by fleet.yaml. */
export interface MachineSettings {
  readonly hostName: string
  readonly port: number
  readonly user: string
  readonly addressFamily: 'any' | 'inet' | 'inet6'
  /** Seconds; undefined means our default. */
  readonly connectTimeout: number | undefined
  /** The one named in fleet.yaml: it is offered before all others, and reported if it does not exist. */
  readonly identityFile: string | undefined
  /** Those of ssh's own configuration, in the order to try them. */
  readonly identityFiles: readonly string[]
  readonly identitiesOnly: boolean
  /** An agent's socket, the Windows pipe or `pageant`; undefined without an agent. */
  readonly agent: string | undefined
  /** The login methods that may be tried, in order (`PreferredAuthentications`, `PasswordAuthentication no`). */
  readonly ways: readonly LoginWay[]
  readonly knownHostsFiles: readonly string[]
  readonly globalKnownHostsFiles: readonly string[]
  readonly hostKeyAlias: string | undefined
  /** Host keys that must never be trusted (`RevokedHostKeys`). */
  readonly revokedHostKeysFile: string | undefined
  /** `HashKnownHosts`: the names of added hosts are written as hashes. */
  readonly hashKnownHosts: boolean
  /** `StrictHostKeyChecking yes`: never ask about an unknown key. Its other values change nothing: we always ask. */
  readonly strictHostKeys: boolean
  readonly proxyJump: string | undefined
  readonly proxyCommand: string | undefined
  /** The `CertificateFile` options. */
  readonly certificateFiles: readonly string[]
  readonly pkcs11Provider: string | undefined
  /** An `IdentityFile` is a key on a token (`pkcs11:`), as the ssh of Fedora and its kin takes it. */
  readonly namesTokenKey: boolean
  /** GSSAPI may be tried (`GSSAPIAuthentication`, `PreferredAuthentications`), which some distributions switch on for everybody. */
  readonly gssapi: boolean
  /** Whether it was the system's ssh that resolved this. */
  readonly resolvedBySsh: boolean
  /** Everything it printed. */
  readonly configuration: ResolvedConfiguration
}

/** What `ssh -G` prints, by lower-case keyword: an option that is given several times has several values (ssh(1)). */
export type ResolvedConfiguration = ReadonlyMap<string, readonly string[]>

/** Reads the output of `ssh -G`: one keyword and value per line. */
export function parseConfiguration(output: string): ResolvedConfiguration {
  const values = new Map<string, string[]>()
  for (const line of output.split(/\r?\n/)) {
    const [keyword, ...rest] = line.trim().split(' ')
    if (!keyword) continue
    const known = values.get(keyword.toLowerCase())
    if (known) known.push(rest.join(' '))
    else values.set(keyword.toLowerCase(), [rest.join(' ')])
  }
  return values
}

const defaultIdentities = ['id_rsa', 'id_ecdsa', 'id_ed25519'].map(name => `~/.ssh/${name}`)
const defaultKnownHosts = ['~/.ssh/known_hosts', '~/.ssh/known_hosts2']
const defaultGlobalKnownHosts = ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2']

/** The agent of OpenSSH for Windows, which has no SSH_AUTH_SOCK. */
const windowsAgent = String.raw`\\.\pipe\openssh-ssh-agent`

/**
 * Overrides what OpenSSH resolved with fleet.yaml; an empty configuration leaves OpenSSH's defaults. Throws RemoteError for a relative
 * path in the configuration.
 */
export function settingsOf(
  machine: Machine,
  configuration: ResolvedConfiguration,
  environment: NodeJS.ProcessEnv,
): MachineSettings {
  const one = (keyword: string) => configuration.get(keyword)?.[0]
  const named = (keyword: string) => (one(keyword) === 'none' ? undefined : one(keyword))
  const context = (keyword: string) => ({ machine: machine.name, keyword, environment })
  const files = (keyword: string, otherwise: readonly string[]) =>
    configuredPaths(one(keyword.toLowerCase()) ?? otherwise.join(' '), context(keyword))
  const { identityFile, knownHostsFile } = machine.ssh
  const hostName = one('hostname') ?? machine.host
  const port = machine.ssh.port ?? Number(one('port') ?? 22)
  const user = machine.ssh.user ?? one('user') ?? account().username
  const hostKeyAlias = one('hostkeyalias')
  const facts = { host: machine.host, hostName, port, user, hostKeyAlias }
  const jumps = named('proxyjump')
  const revoked = named('revokedhostkeys')
  const provider = named('pkcs11provider')
  const identityFiles = configuration.get('identityfile') ?? defaultIdentities
  const proxyJump = machine.ssh.proxyJump ?? (jumps && expandTokens(jumps, commandTokens(facts)))
  // `ssh -G` prints these paths as written (ssh.c loads keys later), and other paths expanded.
  const tokens = pathTokens({ ...facts, proxyJump })
  const expanded = (path: string) => expandVariables(expandTokens(path, tokens), environment)
  const keys = (keyword: string, paths: readonly string[] = []) =>
    paths
      .filter(path => path !== 'none' && !isTokenKey(path))
      .map(expanded)
      // An unset variable names no file.
      .filter(path => !path.startsWith('${'))
      .map(path => configuredPath(path, context(keyword)))
  return {
    hostName,
    port,
    user,
    addressFamily: addressFamilies.find(family => family === one('addressfamily')) ?? 'any',
    connectTimeout: Number(one('connecttimeout')) || undefined,
    identityFile: identityFile === undefined ? undefined : expandHome(identityFile),
    identityFiles: keys('IdentityFile', identityFiles),
    identitiesOnly: one('identitiesonly') === 'yes',
    agent: agentOf(one('identityagent'), context('IdentityAgent')),
    ways: waysOf(one),
    knownHostsFiles:
      knownHostsFile !== undefined ? [expandHome(knownHostsFile)] : files('UserKnownHostsFile', defaultKnownHosts),
    globalKnownHostsFiles: files('GlobalKnownHostsFile', defaultGlobalKnownHosts),
    hostKeyAlias,
    revokedHostKeysFile:
      revoked === undefined ? undefined : configuredPath(expanded(revoked), context('RevokedHostKeys')),
    hashKnownHosts: one('hashknownhosts') === 'yes',
    strictHostKeys: ['yes', 'true'].includes(one('stricthostkeychecking') ?? ''),
    proxyJump,
    proxyCommand: proxyJump === undefined ? named('proxycommand') : undefined,
    certificateFiles: keys('CertificateFile', configuration.get('certificatefile')),
    pkcs11Provider: provider === undefined ? undefined : libraryPath(provider, context('PKCS11Provider')),
    namesTokenKey: identityFiles.some(isTokenKey),
    gssapi:
      ['yes', 'true'].includes(one('gssapiauthentication') ?? '') &&
      (preferredOf(one)?.includes('gssapi-with-mic') ?? true),
    resolvedBySsh: configuration.size > 0,
    configuration,
  }
}

const addressFamilies = ['any', 'inet', 'inet6'] as const

/** The supported methods, in OpenSSH's default order, and the option that switches each off. */
const switches = {
  publickey: 'pubkeyauthentication',
  'keyboard-interactive': 'kbdinteractiveauthentication',
  password: 'passwordauthentication',
} as const satisfies Record<LoginWay, string>

const isWay = (name: string): name is LoginWay => name in switches

type ReadOne = (keyword: string) => string | undefined

const preferredOf = (one: ReadOne) => one('preferredauthentications')?.split(',')

function waysOf(one: ReadOne): readonly LoginWay[] {
  const preferred = preferredOf(one) ?? Object.keys(switches)
  return preferred.filter(isWay).filter(way => !['no', 'false'].includes(one(switches[way]) ?? ''))
}

const isTokenKey = (identityFile: string) => identityFile.startsWith('pkcs11:')

/** `IdentityAgent` is a path, `none`, `SSH_AUTH_SOCK` or another variable with a dollar sign (ssh_config(5)). */
function agentOf(identityAgent: string | undefined, context: PathContext): string | undefined {
  const { environment } = context
  if (identityAgent === 'none') return undefined
  const unset = identityAgent === undefined || identityAgent === 'SSH_AUTH_SOCK'
  if (unset) return environment.SSH_AUTH_SOCK || (process.platform === 'win32' ? windowsAgent : undefined)
  if (identityAgent.startsWith('$')) return environment[identityAgent.slice(1)] || undefined
  return configuredPath(identityAgent, context)
}

/** A path of fleet.yaml, where `~` is what it is in a shell. */
function expandHome(path: string): string {
  const isInHome = path === '~' || path.startsWith('~/') || path.startsWith('~\\')
  return isInHome ? join(homedir(), path.slice(1)) : resolve(path)
}
