import { scriptBegins } from './scripts'

/** How many bytes before a script's own output are kept: the last ones, which say why a script did not start. */
const mostHeld = 1024 * 1024

const marker = Buffer.from(scriptBegins)
const lineEnd = 0x0a

/**
 * A script's own output: everything after its first line. What precedes that comes from the login shell and sudo. Works on bytes, so
 * that any output may follow.
 */
export class OwnOutput {
  #held: Buffer | undefined = Buffer.alloc(0)

  /** Whether the script has started. */
  get begun(): boolean {
    return this.#held === undefined
  }

  /** The part of the next chunk that belongs to the script; may be empty. */
  take(piece: Buffer): Buffer {
    if (this.#held === undefined) return piece
    const held = Buffer.concat([this.#held, piece])
    const at = held.indexOf(marker)
    const end = at < 0 ? -1 : held.indexOf(lineEnd, at)
    this.#held = end < 0 ? held.subarray(-mostHeld) : undefined
    return end < 0 ? Buffer.alloc(0) : held.subarray(end + 1)
  }

  /** Everything held back, once it is clear that the first line never comes. */
  rest(): Buffer {
    const held = this.#held ?? Buffer.alloc(0)
    this.#held = undefined
    return held
  }
}
