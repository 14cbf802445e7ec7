import type { WorkerTarget } from '../plan/plan'

/** A step could not be carried out: on which server, what happened and what it means, and what to do about it. */
export class ApplyError extends Error {
  override readonly name = 'ApplyError'
  readonly server: string
  readonly remedy: string | undefined
  /** The workers whose last journal lines tell why. */
  readonly journals: readonly WorkerTarget[]
  constructor(
    server: string,
    message: string,
    options: { remedy?: string; cause?: unknown; journals?: readonly WorkerTarget[] } = {},
  ) {
    super(message, { cause: options.cause })
    this.server = server
    this.remedy = options.remedy
    this.journals = options.journals ?? []
  }
}

/** The operator has cancelled, and the step in hand noticed. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled'
}
