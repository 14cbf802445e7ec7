import type { Duplex, Readable, Writable } from 'node:stream'
import type { Endpoint } from '../fleet/fleet'
import type { Limit } from './limit'
import type { MachineSettings } from './machine-settings'

/** The exit code for death by a signal of unknown number. */
export const diedOfSignal = 128

/** A command that runs on a machine. */
export interface RemoteCommand {
  readonly stdin: Writable
  /** Both must be read: a command whose output is not read never ends. */
  readonly stdout: Readable
  readonly stderr: Readable
  /**
   * Its exit code, once it has ended and all of its output has been read; {@link diedOfSignal} if a signal killed it. Rejects if the
   * connection ended first.
   */
  readonly exit: Promise<number>
  /** Abandons it: further output is dropped. */
  destroy(): void
}

/**
 * Where a channel leads: to a port on the machine's own loopback, a socket on it, or, through a jump host, a port of another machine.
 */
export type Destination = Endpoint | { readonly kind: 'host'; readonly host: string; readonly port: number }

/**
 * A verified and authenticated connection to a machine, made by either client: commands and channels, nothing more. Failures reject
 * with an Error whose message is part of a sentence.
 */
export interface Link {
  readonly settings: MachineSettings
  /** Starts a command in the login shell. */
  exec(command: string): Promise<RemoteCommand>
  /**
   * Opens a channel. If its destination cannot be reached, that may show only when the channel is used, which then fails with such an
   * error.
   */
  forward(destination: Destination): Promise<Duplex>
  /** The ProxyCommand (ssh_config(5)) by which another ssh goes through this link, if the system's ssh made it. */
  readonly proxyCommand?: string
  /** Where each command logs in anew, its places on the way here: what goes on from here takes them too. */
  readonly logins?: Limit
  /** Why the last forwarded channel was not opened, in the server's words; undefined if it was. */
  readonly lastForwardFailure?: () => string | undefined
  /** Resolves when it has ended: with the cause, or undefined if it was closed. */
  readonly closed: Promise<Error | undefined>
  /** Resolves when it has ended. */
  close(): Promise<void>
}
