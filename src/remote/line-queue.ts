/** Lines that arrive in their own time, for one reader. Once that one stops reading, or where there is none, what comes is dropped. */
export class LineQueue implements AsyncIterable<string> {
  readonly #lines: string[] = []
  #wake: (() => void) | undefined
  #ended = false
  #left = false

  /** Nobody reads it. */
  leave(): void {
    this.#left = true
    this.#lines.length = 0
  }

  push(line: string): void {
    if (this.#left) return
    this.#lines.push(line)
    this.#wake?.()
  }

  end(): void {
    this.#ended = true
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    try {
      for (;;) {
        const line = this.#lines.shift()
        if (line !== undefined) yield line
        else if (this.#ended) return
        else
          await new Promise<void>(wake => {
            this.#wake = wake
          })
      }
    } finally {
      this.leave()
    }
  }
}
