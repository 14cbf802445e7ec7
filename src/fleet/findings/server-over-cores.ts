import { type FindingRule, rangeNear } from './rule'

/** All workers of a server, full, need more cores than it has. */
export const serverOverCores: FindingRule = {
  code: 'server-over-cores',
  severity: 'warning',
  *find({ document, fleet }) {
    const { callsPerCore } = fleet.service
    for (const server of fleet.servers) {
      if (server.cores === undefined) continue
      const capacity = server.workers.length * server.maxConcurrentCalls
      const carried = Math.floor(server.cores * callsPerCore)
      if (capacity <= carried) continue
      yield {
        range: rangeNear(document, ['servers', server.name, 'workers']),
        message: `${server.name} would take ${capacity} calls (${server.workers.length} workers × ${server.maxConcurrentCalls}), and its ${server.cores} cores carry about ${carried} (${callsPerCore} a core). ${Math.floor(carried / server.maxConcurrentCalls)} workers would do.`,
        related: document.rangeOf(['servers', server.name, 'cores'], 'value')
          ? [{ range: rangeNear(document, ['servers', server.name, 'cores']), message: `${server.cores} cores` }]
          : [],
      }
    }
  },
}
