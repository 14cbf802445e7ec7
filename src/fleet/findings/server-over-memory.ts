import { t } from '@vscode/l10n'
import { counted, sentences } from '../words'
import { fewerWorkers } from './fewer-workers'
import { type FindingRule, rangeNear } from './rule'

const mebibytes = (bytes: number): string => t('{0} MiB', Math.round(bytes / 2 ** 20))

/** Idle workers alone take more than half of the memory: what is left is for their calls. */
export const serverOverMemory: FindingRule = {
  code: 'server-over-memory',
  severity: 'warning',
  *find({ document, fleet }) {
    const { memoryPerWorker } = fleet.service
    const perWorker = document.rangeOf(['service', 'memory_per_worker'], 'value')
    for (const server of fleet.servers) {
      if (server.memory === undefined) continue
      const taken = server.workers.length * memoryPerWorker
      if (taken <= server.memory / 2) continue
      const fitting = Math.floor(server.memory / 2 / memoryPerWorker)
      yield {
        range: rangeNear(document, ['servers', server.name, 'workers']),
        message: sentences(
          t(
            '{0} of {1} take {2}, over half of its {3}: calls need the rest.',
            counted(server.workers.length, 'idle worker'),
            server.name,
            mebibytes(taken),
            mebibytes(server.memory),
          ),
          fitting > 0 ? t('{0} would do.', counted(fitting, 'worker')) : t('It needs more memory.'),
        ),
        related: [
          { range: rangeNear(document, ['servers', server.name, 'memory']), message: mebibytes(server.memory) },
          ...(perWorker
            ? [{ range: perWorker, message: t('An idle worker takes {0}', mebibytes(memoryPerWorker)) }]
            : []),
        ],
        fixes: fitting > 0 ? fewerWorkers(document, server.name, fitting) : [],
      }
    }
  },
}
