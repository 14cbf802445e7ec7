import { spawn } from 'node:child_process'
import { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { t } from '@vscode/l10n'
import type { Machine } from '../fleet/fleet'
import { messageOf } from '../fleet/message-of'
import type { ClientChoice } from './client-choice'
import { RemoteError } from './connection'
import type { Link } from './link'
import type { MachineSettings } from './machine-settings'
import { inSessionOfItsOwn, killSession } from './openssh/start-ssh'
import { commandTokens, expandTokens } from './tokens'

/** A route to a machine other than a direct TCP connection. */
export interface Way {
  readonly stream: Duplex
  close(): void
  /** Why it broke, if it knows more than the stream that ended: called once a connection over it has failed. */
  failure(): Promise<string | undefined>
}

/** A connection to a jump host, possibly shared. */
export interface Lease {
  readonly link: Link
  /** Call it when the connection is no longer needed. */
  release(): void
}

export interface LeaseWishes {
  readonly client: ClientChoice
  /** The key of the jump host that is opened through this one, if any. */
  readonly waiter: string | undefined
}

export interface WayOptions {
  /** Connects to a jump host, or shares an existing connection. */
  readonly lease: (jump: Machine, wishes: LeaseWishes) => Promise<Lease>
  readonly environment: NodeJS.ProcessEnv
}

/** How long a jump host may take to reach the machine behind it, in milliseconds. */
const forwardTimeout = 20_000

/** How long a ProxyCommand may take to exit after closing its output, in milliseconds. */
const failureTimeout = 500

/** The route given by `ProxyJump` or `ProxyCommand` (ssh_config(5)), or undefined for a direct TCP connection. */
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

/** Through each jump host in turn, each verified and logged in to like any other machine. */
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
    throw leadsNowhere(machine, settings, jumps, messageOf(error), error)
  }
}

/** Leases the last jump host of a list. Throws RemoteError for the target machine, naming the jump host. */
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

/** The jump host was reached, but the machine behind it was not. */
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
    t('The jump host {0} could not connect to {1}:{2}: {3}.', String(jump), hostName, port, why),
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
 * The last jump host of a list, with those before it as its own route: either the name of a server in the fleet, which is reached as
 * fleet.yaml says, or what `ssh -J` accepts, `[user@]host[:port]` or `ssh://…`, with IPv6 addresses in brackets. The latter also uses
 * fleet.yaml's key and known_hosts for the machine behind it. Throws RemoteError if it is invalid.
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
    throw new RemoteError(machine.name, 'resolve', t('{0} is not a valid jump host.', JSON.stringify(last)), {
      remedy: t('Write it as [user@]host[:port], with IPv6 addresses in brackets; separate several with commas.'),
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
 * The command is the operator's own, from ~/.ssh/config, and runs as ssh runs it (sshconnect.c, ssh_proxy_connect): exec'ed by the
 * operator's shell.
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
      else
        done(said ? t('its ProxyCommand exited with {0}: {1}', end, said) : t('its ProxyCommand exited with {0}', end))
    })
  })
  child.stdin.on('error', () => {})
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin })
  // It fails when the command is killed, and nothing may be listening by then.
  stream.on('error', () => {})
  return {
    stream,
    close: () => killSession(child, 'SIGTERM'),
    failure: () => Promise.race([ended, sleep(failureTimeout, undefined, { ref: false })]),
  }
}
