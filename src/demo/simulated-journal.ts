/** How many lines of a unit are kept. */
const mostLines = 500

/** What one unit has said, as `journalctl --output=short-iso` prints it. */
export class SimulatedJournal {
  readonly #lines: string[] = []
  readonly #followers = new Set<(line: string) => void>()

  /** The last lines, the latest last. */
  last(count: number): readonly string[] {
    return count > 0 ? this.#lines.slice(-count) : []
  }

  /** @param at milliseconds since the epoch */
  say(at: number, host: string, who: string, text: string): void {
    const line = `${new Date(at).toISOString().slice(0, 19)}+0000 ${host} ${who}: ${text}`
    this.#lines.push(line)
    if (this.#lines.length > mostLines) this.#lines.shift()
    for (const follower of this.#followers) follower(line)
  }

  /** Calls `onLine` with every new line until the answer is called. */
  follow(onLine: (line: string) => void): () => void {
    this.#followers.add(onLine)
    return () => void this.#followers.delete(onLine)
  }
}
