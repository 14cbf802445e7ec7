/** Limits how many tasks run at once; the rest wait their turn, in order. */
export class Limit {
  readonly #most: number
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(most: number) {
    this.#most = most
  }

  /** Waits for a slot, and answers a function that frees it. */
  async enter(): Promise<() => void> {
    if (this.#running >= this.#most) await new Promise<void>(turn => this.#waiting.push(turn))
    else this.#running++
    let left = false
    return () => {
      if (left) return
      left = true
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running--
    }
  }

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    const leave = await this.enter()
    try {
      return await work()
    } finally {
      leave()
    }
  }
}
