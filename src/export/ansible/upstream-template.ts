import type { Fleet } from '../../fleet/fleet'
import { normalAddress } from '../../nginx/address'
import { readUpstream } from '../../nginx/read-upstream'
import { workerHost } from './inventory'

/**
 * The upstream block as a Jinja template: what the fleet renders to, in which the line of each worker is `down` while its host is
 * in the list `draining`. A line that is `down` anyway stays as it is.
 */
export function upstreamTemplate({ loadBalancer, servers }: Fleet, upstreamBlock: string): string {
  const hosts = new Map(
    servers.flatMap(server =>
      server.workers.map(worker => [normalAddress(worker.upstreamAddress), workerHost(worker)]),
    ),
  )
  const lines = (readUpstream(upstreamBlock, loadBalancer.upstream)?.servers ?? []).filter(({ down }) => !down)
  const pieces: string[] = []
  let done = 0
  for (const { normalAddress: address, range } of lines) {
    const host = hosts.get(address)
    if (host === undefined) continue
    pieces.push(literal(upstreamBlock.slice(done, range.end - 1)), `{{ ' down' if '${host}' in draining else '' }}`)
    done = range.end - 1
  }
  return [...pieces, literal(upstreamBlock.slice(done))].join('')
}

/** A text that Jinja outputs unchanged: what would start Jinja syntax is escaped. */
const literal = (text: string): string => text.replace(/\{(?=[{%#])/g, "{{ '{' }}")
