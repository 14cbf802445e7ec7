import type { Fleet } from '../fleet/fleet'
import type { LockOwner } from '../fleet/observed'
import { type Probe, parseProbe } from '../observe/probe'
import type { Connection } from '../remote/connection'

/** systemd's ActiveState (systemctl(1)) of a unit without a process. */
const stopped: ReadonlySet<string> = new Set(['inactive', 'failed'])

/** Whether systemd runs a worker or is about to; undefined if the server does not say. Throws RemoteError. */
export async function isWorkerRunning(connection: Connection, fleet: Fleet, id: number): Promise<boolean | undefined> {
  const { units } = await probe(connection, fleet, [String(id)])
  const state = units.get(id)?.activeState
  return state === undefined ? undefined : !stopped.has(state)
}

/** The load balancer, or undefined if it cannot say. Throws RemoteError. */
export async function lookAtLoadBalancer(
  connection: Connection,
  fleet: Fleet,
): Promise<{ readonly text: string | undefined; readonly lock: LockOwner | undefined } | undefined> {
  const { loadBalancer } = await probe(connection, fleet, [], fleet.loadBalancer.file)
  if (!loadBalancer || !('file' in loadBalancer)) return undefined
  return { text: loadBalancer.file.exists ? loadBalancer.file.text : undefined, lock: loadBalancer.lock }
}

async function probe(
  connection: Connection,
  { name, service }: Fleet,
  ids: readonly string[],
  ...file: readonly string[]
): Promise<Probe> {
  const args = [service.unit, ids.join(','), service.envFile, service.maxCallsVariable, service.workersVariable, name]
  const { stdout } = await connection.run('probe', [...args, ...file], {
    privileged: file.length > 0,
    timeoutMilliseconds: 20_000,
  })
  return parseProbe(stdout)
}
