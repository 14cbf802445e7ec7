import type { Duplex } from 'node:stream'
import { t } from '@vscode/l10n'
import type { Machine } from '../../fleet/fleet'
import { RemoteError } from '../connection'
import { forwardFailure } from '../forward-failure'
import type { Limit } from '../limit'
import { type Destination, diedOfSignal, type Link, type RemoteCommand } from '../link'
import type { MachineSettings } from '../machine-settings'
import { scriptCommand } from '../script-command'
import { pipeCommand } from '../script-pipe'
import { scriptText } from '../scripts'
import { type ConnectWishes, loneArguments, loneProxyCommand } from './arguments'
import { ForwardedChannel } from './forwarded-channel'
import { LoneProcesses } from './lone-processes'
import { noSession } from './no-session'
import type { OpenOpensshOptions } from './open-openssh'
import { openSsh } from './open-ssh'
import { HostKeyNotVerified, lostError, opensshError } from './openssh-error'
import { remoteCommandOf } from './remote-command'
import type { KeptPasswords } from './secrets'
import type { SshLog } from './ssh-log'

/**
 * A Link for an ssh that shares no connection: each command and each channel is an ssh of its own, which connects, verifies and logs in
 * by itself. The first one only shows that this can be done. `logins` are the places of those that are not logged in yet.
 * Throws RemoteError, or HostKeyNotVerified.
 */
export async function loneLink(
  machine: Machine,
  settings: MachineSettings,
  options: OpenOpensshOptions,
  wishes: ConnectWishes,
  logins: Limit,
): Promise<Link> {
  const passwords: KeptPasswords = new Map()
  const args = loneArguments(machine, settings, wishes)
  const first = await logins.run(() => openSsh(machine, settings, options, [...args, 'true'], { passwords }))
  first.kill()
  /** The machine's own places are for what comes directly; through a jump host, that one's are the few. */
  const hasPassed = ({ phase, isGreeted }: SshLog) =>
    phase === 'open' || (wishes.proxyCommand !== undefined && isGreeted)
  const processes = new LoneProcesses(
    { ...options, machine: machine.name, settings, logins, hasPassed, passwords },
    first,
  )
  return new LoneLink(machine, settings, wishes, logins, processes)
}

class LoneLink implements Link {
  readonly settings: MachineSettings
  readonly logins: Limit
  readonly proxyCommand: string
  readonly closed: Promise<undefined>
  readonly #machine: Machine
  readonly #args: readonly string[]
  readonly #processes: LoneProcesses

  constructor(
    machine: Machine,
    settings: MachineSettings,
    wishes: ConnectWishes,
    logins: Limit,
    processes: LoneProcesses,
  ) {
    this.settings = settings
    this.logins = logins
    this.proxyCommand = loneProxyCommand(machine, settings, wishes)
    this.closed = processes.closed
    this.#machine = machine
    this.#args = loneArguments(machine, settings, wishes)
    this.#processes = processes
  }

  async exec(command: string): Promise<RemoteCommand> {
    const { child, log } = await this.#processes.start([...this.#args, command])
    const exit = log.then(said => {
      const end = said.commandEnd()
      if (end === 'exit-signal') return diedOfSignal
      if (end === 'exit-status') return child.exitCode ?? diedOfSignal
      const refused = said.openFailure()
      throw this.#failure(said) ?? (refused === undefined ? this.#lost(said) : noSession(refused))
    })
    return remoteCommandOf(child, exit)
  }

  async forward(destination: Destination): Promise<Duplex> {
    if (destination.kind === 'socket') return this.#forwardToSocket(destination)
    const { host = '127.0.0.1', port } = destination
    const { child, log } = await this.#processes.start(['-W', `[${host}]:${port}`, ...this.#args])
    child.stderr.resume()
    const channel = new ForwardedChannel(child.stdout, child.stdin, async () => {
      const said = await log
      const refused = said.openFailure()
      return (
        this.#failure(said) ?? (refused === undefined ? undefined : new Error(forwardFailure(destination, refused)))
      )
    })
    channel.once('close', () => child.kill())
    return channel
  }

  /** Before OpenSSH 9.4, `-W` forwards to ports only: a script connects to the socket instead. */
  async #forwardToSocket(destination: Destination & { readonly kind: 'socket' }): Promise<Duplex> {
    const ended = new AbortController()
    const words = scriptCommand(this.#machine.name, { prefix: '' }, 'connect-socket', [destination.path])
    const { input, output, result } = await pipeCommand(this, words, {
      script: scriptText('connect-socket'),
      onLine: () => {},
      signal: ended.signal,
    })
    const channel = new ForwardedChannel(output, input, async () => {
      const { exitCode, stderr } = await result
      return exitCode === 0 ? undefined : new Error(forwardFailure(destination, stderr.trim()))
    })
    channel.once('close', () => ended.abort(new Error(t('it is no longer wanted'))))
    return channel
  }

  close(): Promise<void> {
    return this.#processes.close()
  }

  /** Why an ssh did not connect, if it did not. */
  #failure(log: SshLog): Error | undefined {
    if (log.phase === 'open') return undefined
    const error = opensshError(this.#machine, this.settings, log)
    return error instanceof HostKeyNotVerified
      ? new RemoteError(this.#machine.name, 'host-key', t('ssh no longer accepts the host key: {0}', error.message), {
          cause: error,
          remedy: t('Try again to check the key afresh.'),
        })
      : error
  }

  #lost(log: SshLog): RemoteError {
    const cause = lostError(log)
    const why = cause ? t('The connection was lost ({0}).', cause.message) : t('The connection was lost.')
    return new RemoteError(this.#machine.name, 'run', why, { cause })
  }
}
