import type { Fleet, Machine, Server } from '../fleet/fleet'
import type { Observed, ObservedLoadBalancer, ObservedServer, ObservedWorker, Unreachable } from '../fleet/observed'
import { type Connection, type Connections, RemoteError } from '../remote/connection'
import { askHealth } from './ask-health'
import type { Probe } from './probe'
import { runProbe } from './run-probe'

export interface ObserveOptions {
  readonly signal?: AbortSignal
}

/** With workers in calls health may take 3 to 6 s (DESIGN §12). */
const healthTimeout = 20_000

/**
 * Asks every machine of a fleet what it is, without changing anything: one script a machine, and each running worker's health,
 * all machines side by side. Throws only if `signal` aborts; a machine that cannot be asked says why in its place.
 */
export async function observe(
  fleet: Fleet,
  connections: Connections,
  { signal }: ObserveOptions = {},
): Promise<Observed> {
  const { loadBalancer } = fleet
  const own =
    loadBalancer.server === undefined
      ? [observeMachine(fleet, loadBalancer.machine, undefined, connections, signal)]
      : []
  const [balancer, servers] = await Promise.all([
    Promise.all(own),
    Promise.all(fleet.servers.map(server => observeMachine(fleet, server, server, connections, signal))),
  ])
  const byName = Object.fromEntries(fleet.servers.map(({ name }, index) => [name, servers[index] as ObservedMachine]))
  const balancing = balancer[0] ?? byName[loadBalancer.server ?? '']
  return {
    at: Date.now(),
    loadBalancer: balancing?.loadBalancer ?? { reachable: false, message: 'It was not asked.' },
    servers: Object.fromEntries(Object.entries(byName).map(([name, { server }]) => [name, server])),
  }
}

interface ObservedMachine {
  readonly server: ObservedServer
  readonly loadBalancer?: ObservedLoadBalancer
}

async function observeMachine(
  fleet: Fleet,
  machine: Machine,
  server: Server | undefined,
  connections: Connections,
  signal: AbortSignal | undefined,
): Promise<ObservedMachine> {
  const balances = fleet.loadBalancer.machine.name === machine.name
  try {
    const [connection, probe] = await probeOn(machine, connections, connection =>
      runProbe(connection, fleet, {
        ids: server?.workers.map(({ id }) => id) ?? [],
        loadBalancer: balances,
        ...(signal ? { signal } : {}),
      }),
    )
    const workers = await askWorkers(fleet, connection, server, probe, signal)
    return {
      server: { reachable: true, ...probe.server, workers },
      ...(balances && probe.loadBalancer ? { loadBalancer: probe.loadBalancer } : {}),
    }
  } catch (error) {
    if (signal?.aborted) throw error
    const unreachable = unreachableBecause(error)
    return { server: unreachable, ...(balances ? { loadBalancer: unreachable } : {}) }
  }
}

/** A connection that was kept may have died unnoticed. To look again harms nobody, so it is done once over a new one. */
async function probeOn(
  machine: Machine,
  connections: Connections,
  probe: (connection: Connection) => Promise<Probe>,
): Promise<readonly [Connection, Probe]> {
  const kept = await connections.to(machine)
  try {
    return [kept, await probe(kept)]
  } catch (error) {
    const now = await connections.to(machine)
    if (now === kept) throw error
    return [now, await probe(now)]
  }
}

async function askWorkers(
  fleet: Fleet,
  connection: Connection,
  server: Server | undefined,
  probe: Probe,
  signal: AbortSignal | undefined,
): Promise<Record<number, ObservedWorker>> {
  const asked = [...probe.units].map(async ([id, unit]): Promise<[number, ObservedWorker]> => {
    const worker = server?.workers.find(candidate => candidate.id === id)
    if (!worker || unit.pid === undefined) return [id, { ...unit, health: { kind: 'not-asked' } }]
    const health = await askHealth(connection, worker, {
      path: fleet.service.health,
      timeoutMilliseconds: healthTimeout,
      ...(signal ? { signal } : {}),
    })
    return [id, { ...unit, health }]
  })
  return Object.fromEntries(await Promise.all(asked))
}

function unreachableBecause(error: unknown): Unreachable {
  if (error instanceof RemoteError)
    return { reachable: false, message: error.message, ...(error.remedy === undefined ? {} : { remedy: error.remedy }) }
  return { reachable: false, message: error instanceof Error ? error.message : String(error) }
}
