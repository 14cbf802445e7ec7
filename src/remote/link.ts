import type { Duplex, Readable, Writable } from 'node:stream'
import type { Endpoint } from '../fleet/fleet'
import type { Limit } from './limit'
import type { MachineSettings } from './machine-settings'

/** A command that runs on a machine. */
export interface RemoteCommand {
  readonly stdin: Writable
  /** Both are to be read: a command whose output nobody takes does not end. */
  readonly stdout: Readable
  readonly stderr: Readable
  /**
   * Its exit code, once it has ended and all of its output has been read; 128 if a signal killed it. Rejects if the connection
   * ended first.
   */
  readonly exit: Promise<number>
  /** Gives it up: what it still prints is dropped. */
  destroy(): void
}

/** What a channel leads to: a port of the machine's own loopback, a socket on it, or, as a jump host does, another machine's port. */
export type Destination = Endpoint | { readonly kind: 'host'; readonly host: string; readonly port: number }

/**
 * A verified and authenticated way to a machine, whichever client made it: commands and channels, and no more than that. What
 * fails rejects with an Error whose message is a sentence's middle.
 */
export interface Link {
  readonly settings: MachineSettings
  /** Starts a command under the login shell. */
  exec(command: string): Promise<RemoteCommand>
  /** Opens a channel. One that leads nowhere may say so only when it is used: it then fails with such an error. */
  forward(destination: Destination): Promise<Duplex>
  /** What leads another ssh through it (ssh_config(5), ProxyCommand), if it is one of ssh's. */
  readonly proxyCommand?: string
  /** Where each command logs in anew, its places on the way here: what goes on from here takes them too. */
  readonly logins?: Limit
  /** Why the last channel that it led on was not open, in the words of the server; undefined if it was. */
  readonly lastForwardFailure?: () => string | undefined
  /** Resolves when it has ended: with what ended it, or undefined if it was closed. */
  readonly closed: Promise<Error | undefined>
  /** Resolves when it has ended. */
  close(): Promise<void>
}
