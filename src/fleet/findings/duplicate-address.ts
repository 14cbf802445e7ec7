import { isLoopback } from '../addresses'
import type { Worker } from '../fleet'
import { type FindingRule, rangeNear } from './rule'

/** Two lines of the upstream with one address: nginx would send calls of both to the same worker. */
export const duplicateAddress: FindingRule = {
  code: 'duplicate-address',
  severity: 'error',
  *find({ document, fleet }) {
    const first = new Map<string, Worker>()
    const said = new Set<string>()
    // A loopback address elsewhere is a finding of its own, and the cause of this one.
    const reachable = fleet.servers.filter(
      ({ name, address }) => name === fleet.loadBalancer.server || !isLoopback(address),
    )
    for (const worker of reachable.flatMap(server => server.workers)) {
      const other = first.get(worker.upstreamAddress)
      if (!other) {
        first.set(worker.upstreamAddress, worker)
        continue
      }
      // Two servers that share an address share every worker's: once is enough.
      if (said.has(worker.server)) continue
      said.add(worker.server)
      const place = (server: string) =>
        rangeNear(document, [
          'servers',
          server,
          document.rangeOf(['servers', server, 'address'], 'value') ? 'address' : 'host',
        ])
      yield {
        range: place(worker.server),
        message: messageFor(worker, other),
        related: [{ range: place(other.server), message: `${other.server} has this address too` }],
      }
    }
  },
}

function messageFor(worker: Worker, other: Worker): string {
  const both = `Worker ${worker.id} of ${worker.server} and worker ${other.id} of ${other.server} are both ${worker.upstreamAddress} to nginx.`
  if (worker.endpoint.kind === 'port') return `${both} Give ${worker.server} an "address" of its own.`
  return `${both} A unix socket is on nginx's own machine: use ports for a fleet of several machines.`
}
