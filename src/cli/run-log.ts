import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { RunLog } from '../files/run-log'
import { hidingSecrets, secretVariables } from '../remote/hiding-secrets'

/**
 * Begins the log of a run in `$XDG_STATE_HOME/fleet-ops/runs` (XDG Base Directory Specification). No value of the variables that hold
 * secrets is written to it. Throws what Node throws if there is no room for it.
 * @param name what it is a run of, such as `production reload`
 * @param at milliseconds since the epoch
 */
export function beginRunLog(environment: NodeJS.ProcessEnv, name: string, at: number): RunLog {
  const secrets = secretVariables.map(variable => environment[variable] ?? '')
  return new RunLog({ folder: folderOf(environment), name, at, withoutSecrets: hidingSecrets(secrets) })
}

/** A relative path there is none (the specification says to ignore it). */
function folderOf({ XDG_STATE_HOME: state }: NodeJS.ProcessEnv): string {
  return join(state && isAbsolute(state) ? state : join(homedir(), '.local', 'state'), 'fleet-ops', 'runs')
}
