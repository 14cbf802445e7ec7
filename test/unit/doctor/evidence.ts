import type { Evidence, Patient } from '../../../src/doctor/evidence'
import type { Fleet, Worker } from '../../../src/fleet/fleet'
import type { ObservedWorker, ReachableServer } from '../../../src/fleet/observed'
import { observedAs } from '../plan/situation'

/** What is found of a machine where all is as fleet.yaml says; `live` is nginx's file. */
export function allWell({ fleet, server, balances, machine }: Patient, live: string): Evidence {
  const observed = observedAs(fleet, live)
  const found = observed.servers[server?.name ?? fleet.servers[0]?.name ?? ''] as ReachableServer
  const { workers, reachable: _, ...rest } = found
  const units = new Map(Object.entries(server ? workers : {}).map(([id, unit]) => [Number(id), withoutHealth(unit)]))
  return {
    resolved: { user: 'deploy', hostName: machine.host, port: 22 },
    connected: true,
    root: true,
    examined: {
      systemd: 'running',
      template: 'disabled',
      ...(balances ? { nginxTest: { result: 'passed', said: '' } } : {}),
    },
    probe: { server: rest, units, ...(balances ? { loadBalancer: observed.loadBalancer } : {}) },
    health: new Map((server?.workers ?? []).map(worker => [worker.id, answerOf(worker)])),
    ...(balances || !server ? {} : { reached: new Map(server.workers.map(worker => [worker.id, answerOf(worker)])) }),
  }
}

const withoutHealth = ({ health: _, ...unit }: ObservedWorker) => unit

const answerOf = ({ maxConcurrentCalls: max }: Worker) => ({ kind: 'ok', status: 'ok', calls: 0, max }) as const

/** A server of a fleet as a patient. */
export function patientOf(fleet: Fleet, name: string): Patient {
  const server = fleet.servers.find(candidate => candidate.name === name)
  if (!server) throw new Error(`no server ${name}`)
  return { fleet, machine: server, server, balances: fleet.loadBalancer.server === name }
}
