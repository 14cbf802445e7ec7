import type { Duplex } from 'node:stream'
import { t } from '@vscode/l10n'
import type { Client, ClientChannel } from 'ssh2'
import { forwardFailure } from './forward-failure'
import { type Destination, diedOfSignal, type Link, type RemoteCommand } from './link'
import type { MachineSettings } from './machine-settings'

/** A connection that the other side does not close within this many milliseconds is cut. */
const closeTimeout = 1_000

/** Reason codes of a refused channel (RFC 4254, 5.1). Their description may be missing. */
const prohibited = 1
const connectFailed = 2

/** A Link over a newly opened ssh2 connection; `cut` closes its transport, whatever the other side does. */
export function ssh2Link(client: Client, settings: MachineSettings, cut: () => void): Link {
  const gone = new Promise<void>(done => client.once('close', done))
  // Settle at the first sign of closing, so that a caller arriving in between opens a new connection.
  const closed = new Promise<Error | undefined>(lose => {
    client.on('error', error => lose(lostError(error)))
    client.once('end', () => lose(undefined)).once('close', () => lose(undefined))
  })
  return {
    settings,
    closed,
    exec: command => startCommand(client, command),
    forward: destination => openChannel(client, destination),
    async close() {
      client.end()
      let timer: NodeJS.Timeout | undefined
      await Promise.race([gone, new Promise(late => (timer = setTimeout(late, closeTimeout)))])
      clearTimeout(timer)
      // ssh2 itself never cuts a connection that it has begun to close.
      cut()
    },
  }
}

const lostError = (cause: Error) =>
  new Error(/keepalive/i.test(cause.message) ? t('it no longer answers') : cause.message, { cause })

function startCommand(client: Client, command: string): Promise<RemoteCommand> {
  return new Promise((done, fail) =>
    client.exec(command, (error, channel) => {
      if (error) fail(error)
      // Synchronously, not after the promise: a quick command may end in the same packet that starts it.
      else done(commandOf(channel))
    }),
  )
}

function commandOf(channel: ClientChannel): RemoteCommand {
  let exitCode: number | undefined
  const exit = new Promise<number>((done, fail) =>
    channel
      .on('exit', (code: number | null) => {
        exitCode = code ?? diedOfSignal
      })
      .on('close', () => {
        if (exitCode === undefined) fail(new Error(t('the connection ended before the command did')))
        else done(exitCode)
      })
      .on('error', fail),
  )
  // Avoids an unhandled rejection before someone awaits it.
  exit.catch(() => {})
  return {
    stdin: channel,
    stdout: channel,
    stderr: channel.stderr,
    exit,
    destroy() {
      channel.destroy()
      // ssh2 does not end a channel with unread data.
      channel.resume()
      channel.stderr.resume()
    },
  }
}

/** Opens a channel to a port, or to a socket (OpenSSH, PROTOCOL 2.4). */
function openChannel(client: Client, destination: Destination): Promise<Duplex> {
  return new Promise((done, fail) => {
    const opened = (error: (Error & { reason?: unknown }) | undefined, channel: Duplex) => {
      if (!error) done(channel)
      else fail(new Error(forwardFailure(destination, whyOf(error)), { cause: error }))
    }
    if (destination.kind === 'socket') client.openssh_forwardOutStreamLocal(destination.path, opened)
    else {
      client.forwardOut('127.0.0.1', 0, destination.host ?? '127.0.0.1', destination.port, opened)
    }
  })
}

function whyOf({ reason, message }: Error & { reason?: unknown }): string {
  if (reason === prohibited) return 'administratively prohibited'
  const words = message.replace(/^\(SSH\) Channel open failure: /, '')
  return words === '' && reason === connectFailed ? 'connect failed' : words
}
