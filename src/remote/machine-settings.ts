import { spawn } from 'node:child_process'
import { homedir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import type { Machine } from '../fleet/fleet'
import { RemoteError } from './connection'

/** What a connection to a machine is made with: OpenSSH's configuration, with fleet.yaml on top. */
export interface MachineSettings {
  readonly hostName: string
  readonly port: number
  readonly user: string
  /** In the order in which they are tried. */
  readonly identityFiles: readonly string[]
  readonly identitiesOnly: boolean
  /** A socket's path; undefined where there is no agent. */
  readonly agent: string | undefined
  readonly knownHostsFiles: readonly string[]
  readonly globalKnownHostsFiles: readonly string[]
  readonly hostKeyAlias: string | undefined
  readonly proxyJump: string | undefined
  readonly proxyCommand: string | undefined
}

/** What `ssh -G` prints, by keyword in small letters: an option that is given several times has several values (ssh(1)). */
export type ResolvedConfiguration = ReadonlyMap<string, readonly string[]>

/** Reads the output of `ssh -G`. */
export function parseConfiguration(output: string): ResolvedConfiguration {
  const values = new Map<string, string[]>()
  for (const line of output.split('\n')) {
    const [keyword, ...rest] = line.trim().split(' ')
    if (!keyword) continue
    values.set(keyword.toLowerCase(), [...(values.get(keyword.toLowerCase()) ?? []), rest.join(' ')])
  }
  return values
}

const defaultIdentities = ['id_ed25519', 'id_ecdsa', 'id_rsa']

/** Puts fleet.yaml on top of what OpenSSH resolved. Pure but for the home directory and the environment that it is given. */
export function settingsOf(
  machine: Machine,
  configuration: ResolvedConfiguration,
  environment: NodeJS.ProcessEnv,
): MachineSettings {
  const one = (keyword: string) => configuration.get(keyword)?.[0]
  const named = (keyword: string) => (one(keyword) === 'none' ? undefined : one(keyword))
  const files = (keyword: string) =>
    one(keyword)
      ?.split(' ')
      .filter(path => path !== 'none' && path !== '')
      .map(expandHome)
  const identityAgent = named('identityagent')
  const socket =
    identityAgent === undefined || identityAgent === 'SSH_AUTH_SOCK'
      ? environment.SSH_AUTH_SOCK
      : expandHome(identityAgent)
  const { user, port, identityFile, knownHostsFile, proxyJump } = machine.ssh
  return {
    hostName: one('hostname') ?? machine.host,
    port: port ?? Number(one('port') ?? 22),
    user: user ?? one('user') ?? userInfo().username,
    identityFiles:
      identityFile !== undefined
        ? [expandHome(identityFile)]
        : (configuration.get('identityfile') ?? defaultIdentities.map(name => join('~/.ssh', name))).map(expandHome),
    identitiesOnly: one('identitiesonly') === 'yes',
    agent: one('identityagent') === 'none' ? undefined : socket || undefined,
    knownHostsFiles:
      knownHostsFile !== undefined
        ? [expandHome(knownHostsFile)]
        : (files('userknownhostsfile') ?? [expandHome('~/.ssh/known_hosts')]),
    globalKnownHostsFiles: files('globalknownhostsfile') ?? ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'],
    hostKeyAlias: one('hostkeyalias'),
    proxyJump: proxyJump ?? named('proxyjump'),
    proxyCommand: proxyJump === undefined ? named('proxycommand') : undefined,
  }
}

/**
 * Asks the system's OpenSSH client what it would connect to: it knows `Include`, `Match`, tokens and patterns. Without an
 * `ssh` on PATH, fleet.yaml and OpenSSH's defaults decide alone.
 * Throws RemoteError for a host or user that no process may be given, and when `ssh` refuses its own configuration.
 */
export async function resolveMachine(
  machine: Machine,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<MachineSettings> {
  for (const value of [machine.host, machine.ssh.user, machine.ssh.proxyJump]) refuseDangerous(machine, value)
  const options = [
    ...(machine.ssh.user === undefined ? [] : ['-l', machine.ssh.user]),
    ...(machine.ssh.port === undefined ? [] : ['-p', String(machine.ssh.port)]),
  ]
  const output = await runSsh(machine, ['-G', ...options, '--', machine.host], environment)
  return settingsOf(machine, parseConfiguration(output ?? ''), environment)
}

function refuseDangerous(machine: Machine, value: string | undefined): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (value === undefined || !/^-|[\u0000-\u001f\u007f]/.test(value)) return
  throw new RemoteError(
    machine.name,
    'resolve',
    'The host, user or jump host begins with a dash or holds a control character.',
    {
      remedy: 'Correct it in fleet.yaml: ssh would take it for an option.',
    },
  )
}

/** The output of ssh, or undefined if this machine has none. */
function runSsh(
  machine: Machine,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  return new Promise((done, fail) => {
    const child = spawn('ssh', args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    let complaint = ''
    child.stdout.setEncoding('utf8').on('data', text => {
      output += text
    })
    child.stderr.setEncoding('utf8').on('data', text => {
      complaint += text
    })
    child.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? done(undefined) : fail(error)))
    child.on('close', code => {
      if (code === 0) return done(output)
      fail(
        new RemoteError(machine.name, 'resolve', `ssh cannot resolve ${machine.host}: ${complaint.trim()}`, {
          remedy: `Try \`ssh -G ${machine.host}\` and mend ~/.ssh/config.`,
        }),
      )
    })
  })
}

function expandHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : resolve(path)
}
