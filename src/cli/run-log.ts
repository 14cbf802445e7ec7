import { closeSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { plainText, type StyledLine } from '../plan/styled-text'

/** So many logs are kept; the oldest go. */
const kept = 100

/** The variables whose values no log may hold. */
const secretVariables = ['FLEET_OPS_SUDO_PASSWORD', 'FLEET_OPS_VOXBRIDGE_TOKEN'] as const

/** A shorter value is left alone: it would be found in the middle of any word. */
const shortestSecret = 4

/** What one run says, in a file that only its user may read. Written line by line, so that it holds all that was said before a crash. */
export class RunLog {
  readonly path: string
  readonly #file: number
  readonly #secrets: readonly string[]

  /**
   * Begins the log of a run in `$XDG_STATE_HOME/fleet-ops/runs` (XDG Base Directory Specification), and lets the oldest ones go.
   * Throws what Node throws if there is no room for it.
   * @param name what it is a run of, such as `production reload`
   * @param at milliseconds since the epoch
   */
  constructor(environment: NodeJS.ProcessEnv, name: string, at: number) {
    const folder = folderOf(environment)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const time = new Date(at).toISOString().replace(/[:.]/g, '-')
    this.path = join(folder, `${time} ${name.replace(/[^\w.-]+/g, '-')}.log`)
    this.#file = openSync(this.path, 'wx', 0o600)
    this.#secrets = secretVariables
      .map(variable => environment[variable] ?? '')
      .filter(secret => secret.length >= shortestSecret)
    prune(folder)
  }

  write(lines: readonly StyledLine[]): void {
    const text = this.#secrets.reduce((left, secret) => left.replaceAll(secret, '(a secret)'), plainText(lines))
    writeSync(this.#file, text)
  }

  close(): void {
    closeSync(this.#file)
  }
}

/** A relative path there is none (the specification says to ignore it). */
function folderOf({ XDG_STATE_HOME: state }: NodeJS.ProcessEnv): string {
  return join(state && isAbsolute(state) ? state : join(homedir(), '.local', 'state'), 'fleet-ops', 'runs')
}

/** Names begin with the time, so that their order is that of the runs. */
function prune(folder: string): void {
  const logs = readdirSync(folder).filter(name => name.endsWith('.log'))
  for (const name of logs.toSorted().slice(0, -kept)) rmSync(join(folder, name), { force: true })
}
