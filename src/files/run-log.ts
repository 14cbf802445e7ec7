import { closeSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** So many logs are kept in a folder; the oldest go. */
export const keptLogs = 100

export interface RunLogOptions {
  /** Where the logs are; made if it is not there. */
  readonly folder: string
  /** What it is a run of, such as `production reload`. */
  readonly name: string
  /** When it began, in milliseconds since the epoch. */
  readonly at: number
  /** Takes out of a text what may not be written down. */
  readonly withoutSecrets: (text: string) => string
}

/** What one run says, in a file that only its user may read. Written as it is said, so that it holds all that was said before a crash. */
export class RunLog {
  readonly path: string
  readonly #withoutSecrets: (text: string) => string
  #file: number | undefined

  /** Begins the log of a run, and lets the oldest ones go. Throws what Node throws if there is no room for it. */
  constructor({ folder, name, at, withoutSecrets }: RunLogOptions) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const time = new Date(at).toISOString().replace(/[:.]/g, '-')
    // Without blanks: a terminal makes a link of such a path.
    this.path = join(folder, `${time}-${name.replace(/[^\w.-]+/g, '-').slice(0, 100)}.log`)
    this.#withoutSecrets = withoutSecrets
    this.#file = openSync(this.path, 'wx', 0o600)
    prune(folder)
  }

  /** Adds a text to it. Never throws: a disk that is full is no reason to leave a worker drained. */
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

/** Names begin with the time, so that their order is that of the runs. Never throws: one that somebody has open goes another time. */
function prune(folder: string): void {
  const logs = readdirSync(folder).filter(name => name.endsWith('.log'))
  for (const name of logs.toSorted().slice(0, -keptLogs)) {
    try {
      rmSync(join(folder, name), { force: true })
    } catch {
      // Windows takes no file away that is open.
    }
  }
}
