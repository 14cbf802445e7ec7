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

/** The guardian as a function that prints it, so that `lock` can leave it on the server. */
const guardianFunction = ['guardian() {', "  cat <<'GUARDIAN'", guardian.trimEnd(), 'GUARDIAN', '}', ''].join('\n')

/** What each script stands on. Those that change something cannot be run without the check of the lock. */
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

/** The scripts that are fed while they run. The rest get nothing on standard input: a command of theirs would eat the script. */
const fed: ReadonlySet<ScriptName> = new Set<ScriptName>(['lock', 'receive-tree', 'follow-journal', 'connect-socket'])

/**
 * The whole text of a script as it is sent to a server's `sh -s`. A shell runs its script while it still reads it, so all of it is
 * one function that the last line calls: of a script that was cut off on its way nothing runs.
 */
export function scriptText(name: ScriptName): string {
  // Of what a fed script leaves unread, nothing may be taken for more of the script: the shell ends with its last line.
  const call = `fleet_ops "$@"${fed.has(name) ? '; exit' : ' </dev/null'}`
  return [`# fleet-ops: ${name}`, 'fleet_ops() {', ...parts[name], '}', call, ''].join('\n')
}

export const scriptNames = Object.keys(parts) as readonly ScriptName[]

/** The line that a script begins with on standard output and standard error alike; what comes before it is not the script's. */
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
