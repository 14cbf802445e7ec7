import { type FindingRule, rangeNear } from './rule'

const highestPort = 65_535

/** A worker whose port, `service.port` plus its number, does not exist. */
export const portOutOfRange: FindingRule = {
  code: 'port-out-of-range',
  severity: 'error',
  *find({ document, file, fleet }) {
    const base = file.service?.port ?? 8000
    for (const server of fleet.servers) {
      const worst = server.workers.findLast(
        worker => worker.endpoint.kind === 'port' && worker.endpoint.port > highestPort,
      )
      if (!worst) continue
      yield {
        range: rangeNear(document, ['servers', server.name, 'workers']),
        message: `Worker ${worst.id} of ${server.name} would listen on port ${base + worst.id}, and the highest port is ${highestPort}. With "service.port" ${base}, the highest worker is ${highestPort - base}.`,
        related: document.rangeOf(['service', 'port'], 'value')
          ? [{ range: rangeNear(document, ['service', 'port']), message: 'Worker N listens on this port plus N' }]
          : [],
      }
    }
  },
}
