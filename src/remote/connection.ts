import type { Readable, Writable } from 'node:stream'
import { t } from '@vscode/l10n'
import type { Endpoint, Machine } from '../fleet/fleet'
import type { ScriptName } from './scripts'

/**
 * What a script printed, and its exit code. A script that fails is a result, not an exception: only its caller knows what that means.
 */
export interface ScriptResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** Run under sudo. */
  readonly privileged?: boolean
  readonly timeoutMilliseconds?: number
  readonly signal?: AbortSignal
  /** Called with each line of standard output and standard error as it arrives, without its line end. */
  readonly onLine?: (line: string) => void
}

export interface HttpRequest {
  readonly endpoint: Endpoint
  readonly path: string
  readonly timeoutMilliseconds: number
  readonly signal?: AbortSignal
}

export interface HttpResponse {
  readonly status: number
  /** At most 64 KiB of it. */
  readonly body: string
}

/** A long-running script, such as the one that holds the lock: it is fed lines, and its end is awaited. */
export interface RunningScript {
  /** The lines that it prints, until it ends. */
  readonly lines: AsyncIterable<string>
  /** Writes to its standard input. */
  write(text: string): void
  /** Ends its standard input. */
  end(): void
  /** Its end; rejects with a RemoteError if the connection broke first. */
  readonly result: Promise<ScriptResult>
}

/** A script that reads and prints bytes, such as an archive. */
export interface PipedScript {
  /** Its standard input, after the script. The caller must end it. Fails if the script ends before reading all of it. */
  readonly input: Writable
  /**
   * Its standard output. The caller must read it to its end, or destroy it. Fails if the connection breaks or time runs out: what
   * arrived is then incomplete.
   */
  readonly output: Readable
  /** Its end, with nothing in `stdout`; rejects with a RemoteError if the connection broke first. */
  readonly result: Promise<ScriptResult>
}

/** One verified and authenticated SSH connection to a machine, shared by all work on it. */
export interface Connection {
  readonly machine: Machine
  /**
   * Runs one of the constant scripts: `sh -s -- ARG…`, with the script on standard input.
   * Throws RemoteError if the machine cannot be asked: connection lost, out of time, cancelled.
   */
  run(script: ScriptName, args: readonly string[], options?: RunOptions): Promise<ScriptResult>
  /** Starts a script that runs until its input ends. */
  start(script: ScriptName, args: readonly string[], options?: RunOptions): Promise<RunningScript>
  /**
   * Starts a script that reads bytes, prints bytes, or both, each as fast as the other side consumes them. `onLine` is called with the
   * lines of its standard error only. There is no time limit unless one is given.
   */
  pipe(script: ScriptName, args: readonly string[], options?: RunOptions): Promise<PipedScript>
  /** GET from the machine's own loopback or socket, or from where the machine reaches it, through the connection. Throws RemoteError. */
  get(request: HttpRequest): Promise<HttpResponse>
}

/** All connections of a session: one per machine, opened when first needed and closed when idle. */
export interface Connections {
  /** Throws RemoteError, whose `phase` says how far it got. */
  to(machine: Machine): Promise<Connection>
  dispose(): Promise<void>
}

/** A question that only the operator can answer. */
export interface SecretQuestion {
  readonly machine: string
  /** What is asked for and why, such as `passphrase of ~/.ssh/id_ed25519`. */
  readonly reason: string
  /** Whether typed characters may be shown. */
  readonly echo: boolean
  /**
   * For secrets that are asked for up to three times: what is asked for, without the number of the attempt, and whether this attempt is
   * the last.
   */
  readonly tries?: { readonly of: string; readonly isLast: boolean }
}

/** Passphrases that the operator chose to remember between sessions, by {@link keyFileFingerprint}. */
export interface KeptPassphrases {
  get(fingerprint: string): Promise<string | undefined>
  forget(fingerprint: string): Promise<void>
  /** Called when a passphrase has opened a key: asks whether to remember it. Callers do not wait for the answer. Never throws. */
  offer(key: { readonly path: string; readonly fingerprint: string }, passphrase: string): void
}

/** Questions to the operator while a connection is made. Cancelling answers undefined. */
export interface Prompts {
  /** An unknown host key, with its SHA-256 fingerprint. Answers whether to trust and remember it. */
  trustHostKey(question: {
    machine: string
    host: string
    keyType: string
    fingerprint: string
    file: string
  }): Promise<boolean>
  /** A passphrase, a password, a sudo password or a keyboard-interactive answer. */
  secret(question: SecretQuestion): Promise<string | undefined>
  /** Where passphrases can be remembered; without it they are asked for in every session. */
  readonly passphrases?: KeptPassphrases
}

/** How far a connection got before it failed. */
export type RemotePhase = 'resolve' | 'connect' | 'host-key' | 'authenticate' | 'channel' | 'run' | 'http' | 'sudo'

/** Communication with a machine failed: which machine, in which phase, why, and what to do about it. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError'
  readonly machine: string
  readonly phase: RemotePhase
  readonly remedy: string | undefined
  constructor(
    machine: string,
    phase: RemotePhase,
    message: string,
    options: { remedy?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.machine = machine
    this.phase = phase
    this.remedy = options.remedy
  }
}

/** The machine is no longer wanted: the session that asked for it has ended. */
export const sessionEnded = (machine: Machine, phase: 'resolve' | 'connect' = 'connect'): RemoteError =>
  new RemoteError(machine.name, phase, t('The session has ended.'))
