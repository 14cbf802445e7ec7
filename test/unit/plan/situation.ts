import { readFileSync } from 'node:fs'
import { checkFleet } from '../../../src/fleet/check'
import { parseFleetDocument } from '../../../src/fleet/document'
import type { Fleet, Server, Worker } from '../../../src/fleet/fleet'
import type { Observed, ObservedWorker, ReachableLoadBalancer, ReachableServer } from '../../../src/fleet/observed'
import { applyTextEdits } from '../../../src/fleet/text'
import { renderUpstream } from '../../../src/nginx/render'
import type { Operation, OperationArguments, Situation } from '../../../src/plan/operation'
import type { Plan } from '../../../src/plan/plan'

export const fixture = (name: string): string => readFileSync(`test/unit/plan/fixtures/${name}`, 'utf8')

export function fleetOf(yaml: string): Fleet {
  const { fleet, findings } = checkFleet(parseFleetDocument(yaml))
  if (!fleet) throw new Error(findings.map(finding => finding.message).join('\n'))
  return fleet
}

/** How the servers differ from what fleet.yaml says: everything else is as it says, with no call anywhere. */
export interface Differences {
  /** By `server/id`; merged into a worker that is enabled, runs and is healthy. `undefined`: systemd has never heard of it. */
  readonly workers?: Readonly<Record<string, Partial<ObservedWorker> | undefined>>
  readonly servers?: Readonly<Record<string, Partial<ReachableServer>>>
  readonly loadBalancer?: Partial<ReachableLoadBalancer>
  readonly unreachable?: readonly string[]
  readonly loadBalancerUnreachable?: boolean
}

export const busy = (calls: number, max = 5): Partial<ObservedWorker> => ({
  health: { kind: 'ok', status: 'ok', calls, max },
})

export const stopped: Partial<ObservedWorker> = {
  activeState: 'inactive',
  subState: 'dead',
  health: { kind: 'not-asked' },
}

export const failed: Partial<ObservedWorker> = { ...stopped, activeState: 'failed', subState: 'failed' }

/** Its process has died, and systemd waits before it starts the next. */
export const dying: Partial<ObservedWorker> = {
  activeState: 'activating',
  subState: 'auto-restart',
  restarts: 7,
  health: { kind: 'not-asked' },
}

export const disabled: Partial<ObservedWorker> = { unitFileState: 'disabled' }

export const hung: Partial<ObservedWorker> = { health: { kind: 'no-answer', reason: 'no answer within 5 s' } }

/** The servers as fleet.yaml says they should be, but for the differences. `live` is nginx's file; undefined: there is none. */
export function observedAs(fleet: Fleet, live: string | undefined, differences: Differences = {}): Observed {
  const file =
    live === undefined
      ? ({ exists: false } as const)
      : ({ exists: true, realPath: fleet.loadBalancer.file, text: live, sha256: 'of the text' } as const)
  return {
    at: 0,
    loadBalancer: differences.loadBalancerUnreachable
      ? { reachable: false, message: 'connection timed out', remedy: 'check the cable' }
      : { reachable: true, nginxActive: true, nginxVersion: '1.22.1', file, ...differences.loadBalancer },
    servers: Object.fromEntries(
      fleet.servers.map(server => [
        server.name,
        differences.unreachable?.includes(server.name)
          ? { reachable: false, message: 'connection timed out', remedy: 'check the cable' }
          : serverAs(server, differences),
      ]),
    ),
  }
}

function serverAs(server: Server, differences: Differences): ReachableServer {
  const names = Object.keys(differences.workers ?? {}).filter(name => name.startsWith(`${server.name}/`))
  const ids = new Set([...server.workers.map(worker => worker.id), ...names.map(name => Number(name.split('/')[1]))])
  const workers = [...ids].flatMap(id => {
    const name = `${server.name}/${id}`
    const known = differences.workers && name in differences.workers
    if (known && differences.workers?.[name] === undefined) return []
    return [[id, { ...healthy(server), ...differences.workers?.[name] }] as const]
  })
  return {
    reachable: true,
    hostname: server.name,
    cores: server.cores ?? 4,
    load1: 0.5,
    memory: 8 * 2 ** 30,
    environment: {
      exists: true,
      maxCalls: String(server.maxConcurrentCalls),
      workers: String(server.workers.length),
      setsPort: false,
    },
    workers: Object.fromEntries(workers),
    ...differences.servers?.[server.name],
  }
}

const healthy = (server: Server): ObservedWorker => ({
  activeState: 'active',
  subState: 'running',
  loadState: 'loaded',
  unitFileState: 'enabled',
  startedAt: 1_700_000_000,
  restarts: 0,
  pid: 4711,
  health: { kind: 'ok', status: 'ok', calls: 0, max: server.maxConcurrentCalls },
})

export const situationOf = (yaml: string, live: string | undefined, differences?: Differences): Situation => {
  const fleet = fleetOf(yaml)
  return { fleet, observed: observedAs(fleet, live, differences), upstreamBlock: renderUpstream(fleet) }
}

/**
 * A plan as the editor and the command line make it: the edit first, then what the edited file still needs. The servers are as
 * the file said before the edit.
 */
export function planOf(
  operation: Operation,
  given: OperationArguments,
  yaml: string,
  live: string | undefined,
  differences?: Differences,
): Plan {
  const before = fleetOf(yaml)
  const observed = observedAs(before, live, differences)
  const edits = operation.edit?.(parseFleetDocument(yaml), before, given, observed) ?? []
  const fleet = fleetOf(applyTextEdits(yaml, edits))
  return { ...operation.plan({ fleet, observed, upstreamBlock: renderUpstream(fleet) }, given), edits }
}

/** A worker of a fleet by `server/id`. */
export function workerOf(fleet: Fleet, name: string): Worker {
  const worker = fleet.servers.flatMap(server => server.workers).find(one => `${one.server}/${one.id}` === name)
  if (!worker) throw new Error(`no worker ${name}`)
  return worker
}
