import type { Duplex, Readable, Writable } from 'node:stream'
import type { Endpoint } from '../fleet/fleet'
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

/**
 * A verified and authenticated way to a machine, whichever client made it: commands and channels, and no more than that. What
 * fails rejects with an Error whose message is a sentence's middle.
 */
export interface Link {
  readonly settings: MachineSettings
  /** Starts a command under the login shell. */
  exec(command: string): Promise<RemoteCommand>
  /** Opens a channel to a port of the machine's own loopback (or of another host that it reaches), or to a socket on it. */
  forward(endpoint: Endpoint): Promise<Duplex>
  /** Resolves when it has ended: with what ended it, or undefined if it was closed. */
  readonly closed: Promise<Error | undefined>
  /** Resolves when it has ended. */
  close(): Promise<void>
}
