import { scriptBegins } from './scripts'

/** So much of what comes before a script's own output is held, in bytes: the end of it, which says why there is no script. */
const mostHeld = 1024 * 1024

const marker = Buffer.from(scriptBegins)
const lineEnd = 0x0a

/**
 * What a script prints itself: all that comes after the line that it begins with. What comes before is the login shell's, and
 * sudo's. Works on bytes, so that what follows may be anything.
 */
export class OwnOutput {
  #held: Buffer | undefined = Buffer.alloc(0)

  /** Whether the script has begun. */
  get begun(): boolean {
    return this.#held === undefined
  }

  /** What of the next piece is the script's; empty if nothing is. */
  take(piece: Buffer): Buffer {
    if (this.#held === undefined) return piece
    const held = Buffer.concat([this.#held, piece])
    const at = held.indexOf(marker)
    const end = at < 0 ? -1 : held.indexOf(lineEnd, at)
    this.#held = end < 0 ? held.subarray(-mostHeld) : undefined
    return end < 0 ? Buffer.alloc(0) : held.subarray(end + 1)
  }

  /** All that was held back, once it is clear that no such line comes. */
  rest(): Buffer {
    const held = this.#held ?? Buffer.alloc(0)
    this.#held = undefined
    return held
  }
}
