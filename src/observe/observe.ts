import type { Fleet, Machine, Server } from '../fleet/fleet'
import type { Observed, ObservedLoadBalancer, ObservedServer, ObservedWorker, Unreachable } from '../fleet/observed'
import { type Connection, type Connections, RemoteError } from '../remote/connection'
import { scriptExit } from '../remote/scripts'
import { askHealth } from './ask-health'
import { type Probe, ProbeError, parseProbe } from './probe'

export interface ObserveOptions {
  readonly signal?: AbortSignal
}

const probeTimeout = 30_000
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
    const connection = await connections.to(machine)
    const probe = await runProbe(fleet, connection, server, balances, signal)
    const workers = await askWorkers(fleet, connection, server, probe, signal)
    return {
      server: { reachable: true, ...probe.server, workers },
      ...(balances && probe.loadBalancer ? { loadBalancer: { reachable: true, ...probe.loadBalancer } } : {}),
    }
  } catch (error) {
    if (signal?.aborted) throw error
    const unreachable = unreachableBecause(error)
    return { server: unreachable, ...(balances ? { loadBalancer: unreachable } : {}) }
  }
}

async function runProbe(
  fleet: Fleet,
  connection: Connection,
  server: Server | undefined,
  balances: boolean,
  signal: AbortSignal | undefined,
): Promise<Probe> {
  const { service, loadBalancer } = fleet
  const ids = server?.workers.map(({ id }) => id).join(',') ?? ''
  const args = [
    service.unit,
    ids,
    service.envFile,
    service.maxCallsVariable,
    service.workersVariable,
    fleet.name,
    ...(balances ? [loadBalancer.file] : []),
  ]
  const { exitCode, stdout, stderr } = await connection.run('probe', args, {
    privileged: true,
    timeoutMilliseconds: probeTimeout,
    ...(signal ? { signal } : {}),
  })
  if (exitCode !== scriptExit.done)
    throw new ProbeError(`The server could not be looked at: ${stderr.trim() || `exit code ${exitCode}`}`)
  return parseProbe(stdout)
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
