import { addressKind, isLoopback } from './addresses'
import type { Fleet, Worker } from './fleet'

/** Whether nginx reaches a worker over the network: neither by a socket nor on its own loopback. */
export function isAcrossNetwork({ servers }: Pick<Fleet, 'servers'>, worker: Worker): boolean {
  const address = servers.find(({ name }) => name === worker.server)?.address
  return (
    worker.endpoint.kind === 'port' &&
    address !== undefined &&
    addressKind(address) !== 'socket' &&
    !isLoopback(address)
  )
}

/** Whether only nginx's own machine can tell if nginx reaches a worker: its line leads to a machine other than nginx's. */
export const isBehindNetwork = (fleet: Pick<Fleet, 'servers' | 'loadBalancer'>, worker: Worker): boolean =>
  worker.server !== fleet.loadBalancer.server && isAcrossNetwork(fleet, worker)
