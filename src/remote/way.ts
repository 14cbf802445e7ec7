import { spawn } from 'node:child_process'
import { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { t } from '@vscode/l10n'
import type { Machine } from '../fleet/fleet'
import type { ClientChoice } from './client-choice'
import { RemoteError } from './connection'
import type { Link } from './link'
import type { MachineSettings } from './machine-settings'
import { inSessionOfItsOwn, killSession } from './openssh/start-ssh'
import { commandTokens, expandTokens } from './tokens'

/** What leads to a machine instead of a TCP connection of its own. */
export interface Way {
  readonly stream: Duplex
  close(): void
  /** Why it broke, if it knows more of that than the stream that ended: asked once a connection over it has failed. */
  failure(): Promise<string | undefined>
}

/** A connection to a jump host that others may use too. */
export interface Lease {
  readonly link: Link
  /** Given back once it is no longer needed. */
  release(): void
}

export interface LeaseWishes {
  readonly client: ClientChoice
  /** What the jump host is known by that is opened through this one, if any. */
  readonly waiter: string | undefined
}

export interface WayOptions {
  /** Connects to a jump host, or shares a connection that there is. */
  readonly lease: (jump: Machine, wishes: LeaseWishes) => Promise<Lease>
  readonly environment: NodeJS.ProcessEnv
}

/** A jump host gets so long to reach the machine behind it. */
const forwardTimeout = 20_000

/** A ProxyCommand that closed its output gets so long to end, in milliseconds. */
const failureTimeout = 500

/** The way that `ProxyJump` or `ProxyCommand` makes (ssh_config(5)), or undefined for a plain TCP connection. */
export async function openWay(
  machine: Machine,
  settings: MachineSettings,
  options: WayOptions,
  wishes: LeaseWishes,
): Promise<Way | undefined> {
  if (settings.proxyJump !== undefined) return openJump(machine, settings, settings.proxyJump, options, wishes)
  if (settings.proxyCommand !== undefined) return openCommand(machine, settings, settings.proxyCommand, options)
  return undefined
}

/** Through each jump host in turn, each verified and logged in to as any other machine. */
async function openJump(
  machine: Machine,
  settings: MachineSettings,
  jumps: string,
  { lease }: WayOptions,
  wishes: LeaseWishes,
): Promise<Way> {
  const { link, release } = await leaseJump(machine, jumps, lease, wishes)
  try {
    return { stream: await forward(link, settings), close: release, failure: async () => undefined }
  } catch (error) {
    release()
    throw leadsNowhere(machine, settings, jumps, error instanceof Error ? error.message : String(error), error)
  }
}

/** Leases the last jump host of a list. Throws RemoteError, which is the machine's own and names the jump host. */
export async function leaseJump(
  machine: Machine,
  jumps: string,
  lease: WayOptions['lease'],
  wishes: LeaseWishes,
): Promise<Lease> {
  const jump = jumpMachine(machine, jumps)
  try {
    return await lease(jump, wishes)
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error
    throw new RemoteError(machine.name, error.phase, t('The jump host {0}: {1}', jump.name, error.message), {
      cause: error,
      ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
    })
  }
}

/** A jump host could be reached, and the machine not through it. */
export function leadsNowhere(
  machine: Machine,
  { hostName, port, user }: MachineSettings,
  jumps: string,
  why: string,
  cause?: unknown,
): RemoteError {
  const jump = jumps.split(',').at(-1)?.trim()
  return new RemoteError(
    machine.name,
    'connect',
    t('The jump host {0} does not lead on to {1}:{2}: {3}.', String(jump), hostName, port, why),
    { cause, remedy: t('Try `ssh -J {0} -p {1} {2}@{3}`.', jumps, port, user, hostName) },
  )
}

function forward(link: Link, { hostName: host, port }: MachineSettings): Promise<Duplex> {
  return new Promise((done, fail) => {
    const opening = link.forward({ kind: 'host', host, port })
    const timer = setTimeout(() => {
      fail(new Error(t('no answer within {0} s', forwardTimeout / 1000)))
      // One that is opened later is nobody's, and others may use this connection.
      opening.then(
        channel => channel.destroy(),
        () => {},
      )
    }, forwardTimeout)
    opening.finally(() => clearTimeout(timer)).then(done, fail)
  })
}

/**
 * The last jump host of a list, with those before it as its own way: a server of the fleet by its name, as fleet.yaml says that it is
 * reached, or what `ssh -J` takes, `[user@]host[:port]` or `ssh://…`; an IPv6 address stands in brackets. For the latter fleet.yaml's
 * key and known_hosts of the machine behind it count too. Throws RemoteError if it is none.
 */
export function jumpMachine(machine: Pick<Machine, 'name' | 'ssh'>, jumps: string): Machine {
  const all = jumps.split(',').map(jump => jump.trim())
  const last = all.at(-1) ?? ''
  const before = all.slice(0, -1).join(',')
  const { identityFile, knownHostsFile, jumpServers } = machine.ssh
  const way = {
    ...(before ? { proxyJump: before } : {}),
    ...(jumpServers ? { jumpServers } : {}),
  }
  const server = jumpServers?.find(({ name }) => name === last)
  if (server) return { ...server, ssh: { ...server.ssh, ...way } }
  const parts = /^(?:ssh:\/\/)?(?:([^@]+)@)?(?:\[([^\]]+)\]|([^:@[\]]+))(?::(\d+))?\/?$/.exec(last)
  const [, user, bracketed, plain, port] = parts ?? []
  const host = bracketed ?? plain
  if (host === undefined)
    throw new RemoteError(machine.name, 'resolve', t('{0} is no jump host.', JSON.stringify(last)), {
      remedy: t('Write it as [user@]host[:port], an IPv6 address in brackets; several with a comma between them.'),
    })
  return {
    name: last,
    host,
    ssh: {
      ...(identityFile ? { identityFile } : {}),
      ...(knownHostsFile ? { knownHostsFile } : {}),
      ...(user ? { user } : {}),
      ...(port ? { port: Number(port) } : {}),
      ...way,
    },
  }
}

/**
 * The command is the operator's own, from ~/.ssh/config, and runs as ssh runs it (sshconnect.c, ssh_proxy_connect): by their shell, which
 * it takes the place of.
 */
function openCommand(machine: Machine, settings: MachineSettings, command: string, { environment }: WayOptions): Way {
  const expanded = expandTokens(command, commandTokens({ host: machine.host, ...settings }))
  const onWindows = process.platform === 'win32'
  const [program, words] = onWindows ? [expanded, []] : [environment.SHELL || '/bin/sh', ['-c', `exec ${expanded}`]]
  const child = spawn(program, words, {
    ...inSessionOfItsOwn,
    detached: !onWindows,
    shell: onWindows,
    env: environment,
  })
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-1000)
  })
  const ended = new Promise<string | undefined>(done => {
    child.on('error', error => done(t('its ProxyCommand could not be run: {0}', error.message)))
    child.on('close', (code, signal) => {
      const said = complaint.trim().split('\n').at(-1)
      const end = String(code ?? signal)
      if (code === 0) done(undefined)
      else done(said ? t('its ProxyCommand ended with {0}: {1}', end, said) : t('its ProxyCommand ended with {0}', end))
    })
  })
  child.stdin.on('error', () => {})
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin })
  // It breaks when the command is ended, and nobody may listen any more.
  stream.on('error', () => {})
  return {
    stream,
    close: () => killSession(child, 'SIGTERM'),
    failure: () => Promise.race([ended, sleep(failureTimeout, undefined, { ref: false })]),
  }
}
