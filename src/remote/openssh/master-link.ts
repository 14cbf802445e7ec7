import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createConnection } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { t } from '@vscode/l10n'
import { forwardFailure } from '../forward-failure'
import type { Destination, Link, RemoteCommand } from '../link'
import type { MachineSettings } from '../machine-settings'
import { sharedHost, sharingArguments } from './arguments'
import { diedOfSignal, noSession } from './command-end'
import { ForwardedChannel } from './forwarded-channel'
import type { OpenOpensshOptions } from './open-openssh'
import { lostError } from './openssh-error'
import { proxyCommand } from './proxy-command'
import { remoteCommandOf } from './remote-command'
import { channelTarget } from './ssh-log'
import type { Master } from './start-master'
import { inEnglish, inSessionOfItsOwn } from './start-ssh'

/** A master that has not ended after this many milliseconds is killed. */
const closeTimeout = 1_000

/** How many milliseconds to wait for a master's reason why a channel was not opened; it logs that as it hangs up. */
const reasonTimeout = 2_000

/** ssh's exit code if ssh itself failed, or a signal killed the command (ssh(1), EXIT STATUS). */
const ownExitCode = 255

/** A Link over the shared connection of a master (the system's ssh). */
export function masterLink(
  settings: MachineSettings,
  master: Master,
  { openssh, environment }: Pick<OpenOpensshOptions, 'openssh' | 'environment'>,
): Link {
  const share = sharingArguments(master.controlPath)
  const env = inEnglish(environment)
  const listening = new Map<string, Promise<string>>()
  /** Who waits for the end of a channel: by its target, in the order in which the master takes them, and by its number once it has one. */
  const waiting = new Map<string, OnEnd[]>()
  const numbered = new Map<string, OnEnd>()
  let lastFailure: string | undefined
  master.onChannel = event => {
    const { channel, target } = event
    if (event.kind === 'begun') {
      const next = waiting.get(target)?.shift()
      if (next) numbered.set(channel, next)
      return
    }
    const onEnd = numbered.get(channel)
    numbered.delete(channel)
    lastFailure = event.reason
    onEnd?.(event.reason)
  }

  /** Runs an ssh that sends a control command to the master. */
  const tell = (...args: readonly string[]) =>
    new Promise<void>((done, fail) =>
      execFile('ssh', [...share, ...args, sharedHost], { env }, (error, _, stderr) =>
        error ? fail(new Error(stderr.trim().split('\n').at(-1) || error.message, { cause: error })) : done(),
      ),
    )

  async function exec(command: string): Promise<RemoteCommand> {
    const child = spawn('ssh', [...share, '-T', '--', sharedHost, command], { env, ...inSessionOfItsOwn })
    await once(child, 'spawn')
    return remoteCommandOf(
      child,
      exitOf(child, () => tell('-O', 'check')),
    )
  }

  /** The local socket that the master forwards to a destination: made once, so that later requests need no process. */
  function listenFor(destination: Destination): Promise<string> {
    const [host, target] = addressOf(destination)
    const existing = listening.get(target)
    if (existing) return existing
    const made = openssh.newPath().then(async path => {
      await tell('-O', 'forward', '-L', `${path}:${host}`)
      return path
    })
    listening.set(target, made)
    made.catch(() => listening.delete(target))
    return made
  }

  async function forward(destination: Destination): Promise<Duplex> {
    const path = await listenFor(destination)
    const [, target] = addressOf(destination)
    const inTurn = waiting.get(target) ?? []
    waiting.set(target, inTurn)
    // The master may have closed the channel before we learn that it accepted the connection.
    const socket = createConnection(path)
    const ended = new Promise<string | undefined>(onEnd => {
      inTurn.push(onEnd)
      // One that was never connected is none that the master hears of.
      socket.once('close', () => wasConnected || inTurn.splice(inTurn.indexOf(onEnd), 1))
    })
    let wasConnected = false
    await once(socket, 'connect')
    wasConnected = true
    return new ForwardedChannel(socket, socket, async () => {
      const reason = await Promise.race([ended, sleep(reasonTimeout, undefined, { ref: false })])
      return reason === undefined ? undefined : new Error(forwardFailure(destination, reason))
    })
  }

  const closed = master.ended.then(() => lostError(master.log))
  return {
    settings,
    proxyCommand: proxyCommand([...share, '--', sharedHost]),
    lastForwardFailure: () => lastFailure,
    closed,
    exec,
    forward,
    async close() {
      // A signal alone may be lost on an ssh that is about to wait: it then heeds it with its next keep-alive, seconds later.
      void tell('-O', 'exit').then(master.end, master.end)
      const cut = setTimeout(() => master.kill(), closeTimeout)
      await closed
      clearTimeout(cut)
    },
  }
}

type OnEnd = (reason: string | undefined) => void

/** The target as `ssh -L` takes it (ssh(1); a backslash escapes a colon), and as it appears in the master's log. */
function addressOf(destination: Destination): readonly [string, string] {
  if (destination.kind === 'socket') {
    const { path } = destination
    return [path.replace(/[\\:]/g, '\\$&').replaceAll('%', '%%'), channelTarget(path, -1)]
  }
  const host = destination.host ?? '127.0.0.1'
  return [`[${host}]:${destination.port}`, channelTarget(host, destination.port)]
}

function exitOf(child: ChildProcessWithoutNullStreams, checkMaster: () => Promise<void>): Promise<number> {
  let said = ''
  child.stderr.on('data', (piece: Buffer) => {
    said = (said + piece.toString('latin1')).slice(-2000)
  })
  return new Promise((done, fail) => {
    child.on('error', fail)
    child.on('close', async (code, signal) => {
      if (code !== null && code !== ownExitCode) return done(code)
      const refused = /session request failed: (.+)|mux_client_\w+: (.+)/.exec(said)
      try {
        if (signal !== null) throw new Error(t('ssh was ended with {0}', signal))
        await checkMaster()
        if (refused) fail(noSession(refused[1] ?? refused[2] ?? ''))
        else done(diedOfSignal)
      } catch (error) {
        fail(new Error(t('the connection ended before the command did'), { cause: error }))
      }
    })
  })
}
