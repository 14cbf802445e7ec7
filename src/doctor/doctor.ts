import { setMaxListeners } from 'node:events'
import type { Fleet } from '../fleet/fleet'
import type { Connections } from '../remote/connection'
import { raceAbort } from '../remote/race-abort'
import { type CheckResult, diagnose } from './diagnose'
import type { Evidence, Patient } from './evidence'
import { type ExamineOptions, examine } from './examine'

/** The machines of a fleet: a separate load balancer first, then the servers in the order of fleet.yaml. */
export function patientsOf(fleet: Fleet): readonly Patient[] {
  const { machine, server: balancing } = fleet.loadBalancer
  const own = balancing === undefined ? [{ fleet, machine, server: undefined, balances: true }] : []
  return [
    ...own,
    ...fleet.servers.map(server => ({ fleet, machine: server, server, balances: server.name === balancing })),
  ]
}

/**
 * Checks every machine of a fleet from resolving its name to the health of its workers, all machines in parallel, and yields the
 * results in the order of the file as soon as each is known. Changes nothing on any server. Throws only the reason of `signal`, when it aborts.
 */
export async function* doctor(
  fleet: Fleet,
  connections: Connections,
  options: ExamineOptions = {},
): AsyncGenerator<CheckResult, void> {
  const { signal } = options
  if (signal) setMaxListeners(0, signal)
  const examinations = patientsOf(fleet).map(patient => ({
    patient,
    evidence: Object.entries(examine(patient, connections, options)),
  }))
  /** The first name of each machine, by its boot. */
  const names = new Map<string, string>()
  for (const { patient, evidence } of examinations)
    for (const [stage, brought] of evidence) {
      const known = await (signal ? raceAbort(brought, signal) : brought)
      yield* diagnose(patient, { ...known, ...namedBefore(names, patient, known) }).filter(
        result => result.stage === stage,
      )
    }
}

function namedBefore(names: Map<string, string>, { machine }: Patient, { probe }: Evidence): Pick<Evidence, 'sameAs'> {
  const boot = probe?.server.boot
  if (boot === undefined) return {}
  const first = names.get(boot) ?? machine.name
  names.set(boot, first)
  return first === machine.name ? {} : { sameAs: first }
}
