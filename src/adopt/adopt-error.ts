/** Running servers cannot be described as a fleet: why, and what to do. */
export class AdoptError extends Error {
  override readonly name = 'AdoptError'
  readonly remedy: string | undefined
  /** Whether the request is at fault and not the servers: two hosts that are one, an option of no use. */
  readonly asked: boolean
  constructor(message: string, options: { remedy?: string; asked?: boolean } = {}) {
    super(message)
    this.remedy = options.remedy
    this.asked = options.asked ?? false
  }
}
