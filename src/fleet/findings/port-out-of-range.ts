import { t } from '@vscode/l10n'
import { defaults } from '../defaults'
import type { Worker } from '../fleet'
import { type FindingRule, rangeNear } from './rule'
import { rangeOfWorker } from './worker-place'

const highestPort = 65_535

/** A worker whose port, `service.port` plus its number, does not exist. */
export const portOutOfRange: FindingRule = {
  code: 'port-out-of-range',
  severity: 'error',
  *find({ document, file, fleet }) {
    const base = file.service?.port ?? defaults.service.port
    for (const { workers } of fleet.servers) {
      const lowest = workers.find(worker => portOf(worker) < 1)
      const highest = workers.findLast(worker => portOf(worker) > highestPort)
      for (const worker of [lowest, highest]) {
        if (!worker) continue
        yield {
          range: rangeOfWorker(document, worker),
          message:
            worker === lowest
              ? t(
                  'Worker {0} of {1} would listen on port {2}, and the lowest port is 1. Number the workers from 1, or give a higher "service.port".',
                  worker.id,
                  worker.server,
                  portOf(worker),
                )
              : t(
                  'Worker {0} of {1} would listen on port {2}, and the highest port is {3}. With "service.port" {4}, the highest worker is {5}.',
                  worker.id,
                  worker.server,
                  portOf(worker),
                  highestPort,
                  base,
                  highestPort - base,
                ),
          related: document.rangeOf(['service', 'port'], 'value')
            ? [{ range: rangeNear(document, ['service', 'port']), message: t('Worker N listens on this port plus N') }]
            : [],
        }
      }
    }
  },
}

/** The worker's port; for a worker on a socket, which has none, a valid one. */
const portOf = ({ endpoint }: Worker): number => (endpoint.kind === 'port' ? endpoint.port : 1)
