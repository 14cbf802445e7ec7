/** A limited number of slots for each key, to be taken and given back. */
export class Places {
  readonly #most: number
  readonly #taken = new Map<string, number>()

  constructor(most: number) {
    this.#most = most
  }

  /** Takes a slot, and answers how to give it back; undefined if none is left. */
  take(key: string): (() => void) | undefined {
    const taken = this.#taken.get(key) ?? 0
    if (taken >= this.#most) return undefined
    this.#taken.set(key, taken + 1)
    let given = false
    return () => {
      if (given) return
      given = true
      this.#taken.set(key, (this.#taken.get(key) ?? 1) - 1)
    }
  }
}
