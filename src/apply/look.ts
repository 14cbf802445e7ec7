import type { Fleet } from '../fleet/fleet'
import type { LockOwner } from '../fleet/observed'
import { runProbe } from '../observe/run-probe'
import type { Connection } from '../remote/connection'

/** systemd's ActiveState of a worker's unit (systemctl(1)); undefined if it knows no such unit. Throws RemoteError and ProbeError. */
export async function activeState(
  connection: Connection,
  fleet: Fleet,
  id: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { units } = await runProbe(connection, fleet, { ids: [id], loadBalancer: false, signal })
  return units.get(id)?.activeState
}

/** Whether a unit in this state has no process, and so no calls. */
export const hasNoProcess = (state: string | undefined): boolean => state === 'inactive' || state === 'failed'

export interface LoadBalancerLook {
  /** Of the file that holds the upstream. */
  readonly text: string | undefined
  readonly lock: LockOwner | undefined
  /** nginx has not yet loaded what the guardian restored. */
  readonly unloaded: boolean
}

/** The load balancer, or undefined if it cannot tell. Throws RemoteError and ProbeError. */
export async function lookAtLoadBalancer(
  connection: Connection,
  fleet: Fleet,
  signal: AbortSignal,
): Promise<LoadBalancerLook | undefined> {
  const { loadBalancer } = await runProbe(connection, fleet, { ids: [], loadBalancer: true, signal })
  if (!loadBalancer?.reachable) return undefined
  const { file, lock, unloaded = false } = loadBalancer
  return { text: file.exists ? file.text : undefined, lock, unloaded }
}
