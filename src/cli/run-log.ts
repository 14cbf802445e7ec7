import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { RunLog } from '../files/run-log'
import type { Console } from './console'

/**
 * Begins the log of a run in `$XDG_STATE_HOME/fleet-ops/runs` (XDG Base Directory Specification). No secret that the
 * console knows is written to it, even one that is typed later. Throws what Node throws if there is no room for it.
 * @param name what it is a run of, such as `production reload`
 * @param at milliseconds since the epoch
 */
export function beginRunLog({ environment, secrets }: Console, name: string, at: number): RunLog {
  return new RunLog({ folder: folderOf(environment), name, at, withoutSecrets: secrets.hideIn })
}

/** A relative path counts as unset (the specification says to ignore it). */
function folderOf({ XDG_STATE_HOME: state }: NodeJS.ProcessEnv): string {
  return join(state && isAbsolute(state) ? state : join(homedir(), '.local', 'state'), 'fleet-ops', 'runs')
}
