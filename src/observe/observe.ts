import { t } from '@vscode/l10n'
import type { Fleet, Machine, Server } from '../fleet/fleet'
import type { Observed, ObservedLoadBalancer, ObservedServer, ObservedWorker } from '../fleet/observed'
import { workerNumbered } from '../fleet/worker-numbered'
import type { Connection, Connections } from '../remote/connection'
import { askWorkers } from './ask-workers'
import type { Probe } from './probe'
import { runProbe } from './run-probe'
import { unreachableBecause } from './unreachable'

export interface ObserveOptions {
  readonly signal?: AbortSignal
}

/** With workers in calls, health may take 3 to 6 s (DESIGN §12). */
const healthTimeout = 20_000

/**
 * Asks every machine of a fleet what it is, without changing anything: one script per machine alongside each worker's health,
 * all machines at once. Throws only if `signal` aborts; for a machine that cannot be asked, the result says why.
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
    loadBalancer: balancing?.loadBalancer ?? { reachable: false, message: t('It was not asked.') },
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
    const { probe, workers } = await overLiveConnection(machine, connections, signal, connection =>
      look(connection, fleet, server, balances, signal),
    )
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

/** A connection kept open may have died unnoticed. Probing is read-only, so retry once on a new connection. */
async function overLiveConnection<Seen>(
  machine: Machine,
  connections: Connections,
  signal: AbortSignal | undefined,
  see: (connection: Connection) => Promise<Seen>,
): Promise<Seen> {
  const kept = await connections.to(machine)
  try {
    return await see(kept)
  } catch (error) {
    // Nobody wants the result any more.
    if (signal?.aborted) throw error
    const now = await connections.to(machine)
    if (now === kept) throw error
    return see(now)
  }
}

/** The probe, and the workers' health in parallel. */
async function look(
  connection: Connection,
  fleet: Fleet,
  server: Server | undefined,
  balances: boolean,
  signal: AbortSignal | undefined,
): Promise<{ readonly probe: Probe; readonly workers: Record<number, ObservedWorker> }> {
  const limits = signal ? { signal } : {}
  const workers = server?.workers ?? []
  const probing = runProbe(connection, fleet, { ids: workers.map(({ id }) => id), loadBalancer: balances, ...limits })
  const asked = askWorkers(
    connection,
    workers,
    { path: fleet.service.health, timeoutMilliseconds: healthTimeout, ...limits },
    id => server && workerNumbered(fleet, server, id),
  )
  try {
    const probe = await probing
    return { probe, workers: await asked.of(probe.units) }
  } finally {
    asked.dispose()
  }
}
