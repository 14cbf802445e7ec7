import { once } from 'node:events'
import { createConnection } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { forwardFailure } from '../forward-failure'
import type { Destination } from '../link'
import { ForwardedChannel } from './forwarded-channel'
import { type ChannelEvent, channelTarget } from './ssh-log'

/** How many milliseconds to wait for a master's reason why a channel was not opened; it logs that as it hangs up. */
const reasonTimeout = 2_000

type OnEnd = (reason: string | undefined) => void

/** The channels that a master forwards: each through a local socket, of which there is one for each destination. */
export class MasterChannels {
  readonly #listen: (target: string) => Promise<string>
  readonly #listening = new Map<string, Promise<string>>()
  /** Who waits for the end of a channel: by its target, in the order in which the master takes them, and by its number once it has one. */
  readonly #waiting = new Map<string, OnEnd[]>()
  readonly #numbered = new Map<string, OnEnd>()
  #lastFailure: string | undefined

  /** `listen` makes the master forward a new socket to a target, as `ssh -L` takes it, and answers the socket's path. */
  constructor(listen: (target: string) => Promise<string>) {
    this.#listen = listen
  }

  /** Why the last one was not opened, in the server's words; undefined if it was. */
  get lastFailure(): string | undefined {
    return this.#lastFailure
  }

  /** What the master has logged of its channels. */
  heed(event: ChannelEvent): void {
    const { channel, target } = event
    if (event.kind === 'begun') {
      const next = this.#waiting.get(target)?.shift()
      if (next) this.#numbered.set(channel, next)
      return
    }
    const onEnd = this.#numbered.get(channel)
    this.#numbered.delete(channel)
    this.#lastFailure = event.reason
    onEnd?.(event.reason)
  }

  async open(destination: Destination): Promise<Duplex> {
    const { target, logged } = addressOf(destination)
    const path = await this.#socketFor(target)
    const inTurn = this.#waiting.get(logged) ?? []
    this.#waiting.set(logged, inTurn)
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

  /** The local socket that the master forwards to a target: made once, so that later requests need no process. */
  #socketFor(target: string): Promise<string> {
    const existing = this.#listening.get(target)
    if (existing) return existing
    const made = this.#listen(target)
    this.#listening.set(target, made)
    made.catch(() => this.#listening.delete(target))
    return made
  }
}

/** The target as `ssh -L` takes it (ssh(1); a backslash escapes a colon), and as it appears in the master's log. */
function addressOf(destination: Destination): { readonly target: string; readonly logged: string } {
  if (destination.kind === 'socket') {
    const { path } = destination
    return { target: path.replace(/[\\:]/g, '\\$&').replaceAll('%', '%%'), logged: channelTarget(path, -1) }
  }
  const { host = '127.0.0.1', port } = destination
  return { target: `[${host}]:${port}`, logged: channelTarget(host, port) }
}
