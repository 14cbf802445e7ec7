import type { Fleet, Server, Worker } from './fleet'
import { endpointNumbered, upstreamAddressOf } from './resolve'

/**
 * Worker `id` of a server as in fleet.yaml or, if that has no such worker, as it would be: that is how the remains of a removed
 * worker are found, asked and stopped.
 */
export function workerNumbered({ service }: Pick<Fleet, 'service'>, server: Server, id: number): Worker {
  const known = server.workers.find(worker => worker.id === id)
  if (known) return known
  const endpoint = endpointNumbered(service.endpoint, id)
  return {
    id,
    server: server.name,
    unit: `${service.unit}${id}.service`,
    endpoint,
    upstreamAddress: upstreamAddressOf(server.address, endpoint),
    maxConcurrentCalls: server.maxConcurrentCalls,
    line: { backup: false, down: false },
  }
}
