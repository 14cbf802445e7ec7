import connectSocket from './connect-socket.sh'
import createUser from './create-user.sh'
import daemonReload from './daemon-reload.sh'
import environment from './environment.sh'
import equipment from './equipment.sh'
import examine from './examine.sh'
import firewall from './firewall.sh'
import followJournal from './follow-journal.sh'
import guardian from './guardian.sh'
import install from './install.sh'
import journal from './journal.sh'
import lock from './lock.sh'
import lockCheck from './lock-check.sh'
import noteRollout from './note-rollout.sh'
import placeTree from './place-tree.sh'
import probe from './probe.sh'
import probeFirewall from './probe-firewall.sh'
import receiveTree from './receive-tree.sh'
import reload from './reload.sh'
import sendTree from './send-tree.sh'
import setVariable from './set-variable.sh'
import survey from './survey.sh'
import unit from './unit.sh'
import writeUpstream from './write-upstream.sh'

/** The guardian wrapped in a function that prints it, so that `lock` can leave it on the server. */
const guardianFunction = ['guardian() {', "  cat <<'GUARDIAN'", guardian.trimEnd(), 'GUARDIAN', '}', ''].join('\n')

/** The parts each script depends on. Scripts that change something always include the lock check. */
const parts = {
  probe: [environment, probeFirewall, probe],
  examine: [environment, examine],
  survey: [environment, survey],
  equipment: [environment, equipment],
  journal: [environment, journal],
  'connect-socket': [environment, connectSocket],
  'send-tree': [environment, sendTree],
  'follow-journal': [environment, followJournal],
  lock: [environment, guardianFunction, lock],
  unit: [environment, lockCheck, unit],
  'set-variable': [environment, lockCheck, setVariable],
  firewall: [environment, lockCheck, firewall],
  'write-upstream': [environment, lockCheck, writeUpstream],
  reload: [environment, lockCheck, reload],
  'note-rollout': [environment, lockCheck, noteRollout],
  'receive-tree': [environment, lockCheck, receiveTree],
  'place-tree': [environment, lockCheck, placeTree],
  'create-user': [environment, lockCheck, createUser],
  install: [environment, lockCheck, install],
  'daemon-reload': [environment, lockCheck, daemonReload],
} as const satisfies Record<string, readonly string[]>

export type ScriptName = keyof typeof parts

/** The scripts that read standard input while they run. The others get empty input: their commands would consume the script. */
const fed: ReadonlySet<ScriptName> = new Set<ScriptName>(['lock', 'receive-tree', 'follow-journal', 'connect-socket'])

/**
 * The full text of a script as sent to a server's `sh -s`. A shell executes a script while still reading it, so the script is one
 * function that the last line calls: a script cut off in transit does nothing.
 */
export function scriptText(name: ScriptName): string {
  // Exit after the call, so that unread input is not executed as shell code.
  const call = `fleet_ops "$@"${fed.has(name) ? '; exit' : ' </dev/null'}`
  return [`# fleet-ops: ${name}`, 'fleet_ops() {', ...parts[name], '}', call, ''].join('\n')
}

export const scriptNames = Object.keys(parts) as readonly ScriptName[]

/** The first line of a script on both standard output and standard error; anything before it is not the script's. */
export const scriptBegins = '# fleet-ops begins'

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
