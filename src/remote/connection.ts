import type { Readable, Writable } from 'node:stream'
import type { Endpoint, Machine } from '../fleet/fleet'
import type { ScriptName } from './scripts'

/** What a script said. A script that fails is a result, not an exception: only who asked for it knows what that means. */
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
  /** Called with each line as it comes, of standard output and standard error alike, without its line end. */
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

/** A script that goes on running: it is fed lines, and its end is awaited. The lock's holder is one. */
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
  /** Its standard input, after the script. To be ended. Fails if the script ends before it has read all of it. */
  readonly input: Writable
  /** Its standard output. To be read to its end, or destroyed. Fails if the connection broke or the time was over: what came is not all then. */
  readonly output: Readable
  /** Its end, with nothing in `stdout`; rejects with a RemoteError if the connection broke first. */
  readonly result: Promise<ScriptResult>
}

/** One verified and authenticated SSH connection to a machine, shared by all work on it. */
export interface Connection {
  readonly machine: Machine
  /**
   * Runs one of the constant scripts: `sh -s -- ARG…`, with the script on standard input.
   * Throws RemoteError when the machine cannot be asked: connection lost, time over, cancelled.
   */
  run(script: ScriptName, args: readonly string[], options?: RunOptions): Promise<ScriptResult>
  /** Starts a script that goes on running until its input ends. */
  start(script: ScriptName, args: readonly string[], options?: RunOptions): Promise<RunningScript>
  /**
   * Starts a script that is fed bytes, prints bytes, or both, each as fast as the other side takes them. `onLine` is called with
   * the lines of its standard error only. No time limit counts unless one is given.
   */
  pipe(script: ScriptName, args: readonly string[], options?: RunOptions): Promise<PipedScript>
  /** GET from the machine's own loopback or socket, or from where the machine reaches it, through the connection. Throws RemoteError. */
  get(request: HttpRequest): Promise<HttpResponse>
}

/** Every connection of a session. One a machine, opened when first needed and closed when idle. */
export interface Connections {
  /** Throws RemoteError, whose `phase` says how far it came. */
  to(machine: Machine): Promise<Connection>
  dispose(): Promise<void>
}

/** Something that only the operator knows. */
export interface SecretQuestion {
  readonly machine: string
  /** What is asked for and why, such as `passphrase of ~/.ssh/id_ed25519`. */
  readonly reason: string
  /** Whether what is typed may be seen. */
  readonly echo: boolean
  /** For what is asked for up to three times: what it is, whatever the try, and whether this one is the last. */
  readonly tries?: { readonly of: string; readonly isLast: boolean }
}

/** Passphrases that the operator wants kept from one session to the next, by {@link keyFileFingerprint}. */
export interface KeptPassphrases {
  get(fingerprint: string): Promise<string | undefined>
  forget(fingerprint: string): Promise<void>
  /** A passphrase has just opened a key: asks whether to keep it. Nobody waits for the answer. Never throws. */
  offer(key: { readonly path: string; readonly fingerprint: string }, passphrase: string): void
}

/** What an operator is asked while a connection is made. Cancelling answers undefined. */
export interface Prompts {
  /** An unknown host key: shown with its SHA-256 fingerprint. Answers whether to trust and remember it. */
  trustHostKey(question: {
    machine: string
    host: string
    keyType: string
    fingerprint: string
    file: string
  }): Promise<boolean>
  /** A passphrase, a password, a sudo password or a keyboard-interactive answer. */
  secret(question: SecretQuestion): Promise<string | undefined>
  /** Where passphrases can be kept; they are asked for each session where there is no such place. */
  readonly passphrases?: KeptPassphrases
}

/** How far a connection came before it failed. */
export type RemotePhase = 'resolve' | 'connect' | 'host-key' | 'authenticate' | 'channel' | 'run' | 'http' | 'sudo'

/** Something between here and a machine went wrong: on which machine, in which phase, why, and what to do about it. */
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
