import type { Fleet, Server, Worker } from './fleet'
import { endpointNumbered, upstreamAddressOf } from './resolve'

/**
 * Worker `id` of a server as fleet.yaml has it or, where it names no such worker, as it would be: what is left of one that was
 * removed is found, asked and stopped by that.
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
