import type { WorkerTarget } from '../plan/plan'

/** A step could not be carried out: on which server, what happened, what it means, and what to do about it. */
export class ApplyError extends Error {
  override readonly name = 'ApplyError'
  readonly server: string
  readonly remedy: string | undefined
  /** The workers whose last journal lines tell why. */
  readonly journals: readonly WorkerTarget[]
  /** The exit code of the script that failed, if one did (src/remote/scripts/README.md). */
  readonly exitCode: number | undefined
  constructor(
    server: string,
    message: string,
    options: {
      remedy?: string | undefined
      cause?: unknown
      journals?: readonly WorkerTarget[]
      exitCode?: number | undefined
    } = {},
  ) {
    super(message, { cause: options.cause })
    this.server = server
    this.remedy = options.remedy
    this.journals = options.journals ?? []
    this.exitCode = options.exitCode
  }
}

/** The operator has cancelled, and the step in progress noticed. Its message is empty, or says what is therefore unknown. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled'
}
