import type { Fleet } from '../fleet/fleet'
import type { LockOwner } from '../fleet/observed'
import { type Probe, parseProbe } from '../observe/probe'
import type { Connection } from '../remote/connection'

/** systemd's ActiveState of a worker's unit (systemctl(1)); undefined if the server does not say. Throws RemoteError. */
export async function activeState(connection: Connection, fleet: Fleet, id: number): Promise<string | undefined> {
  const { units } = await probe(connection, fleet, [String(id)])
  return units.get(id)?.activeState
}

/** Whether a unit in this state has no process, and so no call. */
export const hasNoProcess = (state: string | undefined): boolean => state === 'inactive' || state === 'failed'

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
