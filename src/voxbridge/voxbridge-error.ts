/** VoxBridge could not be asked, or refused: what happened, and what to do about it. The token is in neither. */
export class VoxbridgeError extends Error {
  override readonly name = 'VoxbridgeError'
  readonly remedy: string
  constructor(message: string, options: { remedy: string; cause?: unknown }) {
    super(message, { cause: options.cause })
    this.remedy = options.remedy
  }
}
