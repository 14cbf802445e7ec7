import type { Fleet } from '../fleet/fleet'
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

/** The file that holds the upstream, as it is now; undefined if there is none. Throws RemoteError. */
export async function upstreamText(connection: Connection, fleet: Fleet): Promise<string | undefined> {
  const { loadBalancer } = await probe(connection, fleet, [], fleet.loadBalancer.file)
  return loadBalancer?.file.exists ? loadBalancer.file.text : undefined
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
