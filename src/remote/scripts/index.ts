import environment from './environment.sh'
import journal from './journal.sh'
import lock from './lock.sh'
import lockCheck from './lock-check.sh'
import probe from './probe.sh'
import reload from './reload.sh'
import setVariable from './set-variable.sh'
import unit from './unit.sh'
import writeUpstream from './write-upstream.sh'

/** What each script stands on. Those that change something cannot be run without the check of the lock. */
const parts = {
  probe: [environment, probe],
  journal: [environment, journal],
  lock: [environment, lock],
  unit: [environment, lockCheck, unit],
  'set-variable': [environment, lockCheck, setVariable],
  'write-upstream': [environment, lockCheck, writeUpstream],
  reload: [environment, lockCheck, reload],
} as const satisfies Record<string, readonly string[]>

export type ScriptName = keyof typeof parts

/** The whole text of a script as it is sent to a server's `sh -s`. */
export function scriptText(name: ScriptName): string {
  return [`# fleet-ops: ${name}\n`, ...parts[name]].join('\n')
}

export const scriptNames = Object.keys(parts) as readonly ScriptName[]

/** What the scripts' exit codes mean (README.md beside this file). */
export const scriptExit = {
  done: 0,
  wrongArguments: 64,
  notAsNeeded: 65,
  failedAndPutBack: 70,
  failedAndLeft: 71,
  lockLost: 75,
  lockBusy: 76,
  fileChanged: 77,
  nginxRefused: 78,
} as const
