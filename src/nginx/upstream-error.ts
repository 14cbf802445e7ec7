/** An nginx text that cannot be used: what is wrong with it, and in which line if that is known. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError'
  /** 1-based, in the text in question. */
  readonly line: number | undefined
  constructor(message: string, options: { line?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.line = options.line
  }
}
