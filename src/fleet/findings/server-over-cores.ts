import { counted } from '../words'
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
        message: `${server.name} would take ${capacity} calls (${counted(server.workers.length, 'worker')} × ${server.maxConcurrentCalls}), and its ${counted(server.cores, 'core')} can carry about ${carried} (${callsPerCore} a core). ${counted(Math.floor(carried / server.maxConcurrentCalls), 'worker')} would do.`,
        related: document.rangeOf(['servers', server.name, 'cores'], 'value')
          ? [{ range: rangeNear(document, ['servers', server.name, 'cores']), message: counted(server.cores, 'core') }]
          : [],
      }
    }
  },
}
