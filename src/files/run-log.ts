import { closeSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** How many logs are kept in a folder; the oldest are deleted. */
export const keptLogs = 100

export interface RunLogOptions {
  /** Where the logs are; created if it does not exist. */
  readonly folder: string
  /** What it is a run of, such as `production reload`. */
  readonly name: string
  /** When it began, in milliseconds since the epoch. */
  readonly at: number
  /** Removes from a text what may not be written down. */
  readonly withoutSecrets: (text: string) => string
}

/** What one run says, in a file that only its user may read. Written as it is said, so that it holds all that was said before a crash. */
export class RunLog {
  readonly path: string
  readonly #withoutSecrets: (text: string) => string
  #file: number | undefined

  /** Begins the log of a run, and deletes the oldest ones. Throws what Node throws if there is no room for it. */
  constructor({ folder, name, at, withoutSecrets }: RunLogOptions) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const time = new Date(at).toISOString().replace(/[:.]/g, '-')
    // Without spaces: terminals turn such a path into a link.
    this.path = join(folder, `${time}-${name.replace(/[^\w.-]+/g, '-').slice(0, 100)}.log`)
    this.#withoutSecrets = withoutSecrets
    this.#file = openSync(this.path, 'wx', 0o600)
    prune(folder)
  }

  /** Appends a text to it. Never throws: a full disk is no reason to leave a worker drained. */
  write(text: string): void {
    if (this.#file === undefined) return
    try {
      writeSync(this.#file, this.#withoutSecrets(text))
    } catch {
      // What was written before is still there.
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }
}

/** Names begin with the time, so they sort in the order of the runs. Never throws: one that somebody has open is deleted another time. */
function prune(folder: string): void {
  const logs = readdirSync(folder).filter(name => name.endsWith('.log'))
  for (const name of logs.toSorted().slice(0, -keptLogs)) {
    try {
      rmSync(join(folder, name), { force: true })
    } catch {
      // Windows deletes no file that is open.
    }
  }
}
