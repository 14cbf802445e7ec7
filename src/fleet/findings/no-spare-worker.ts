import { t } from '@vscode/l10n'
import type { Fleet } from '../fleet'
import { counted } from '../words'
import { type FindingRule, rangeNear } from './rule'

/** A rolling restart that would take every live worker away at once. */
export const noSpareWorker: FindingRule = {
  code: 'no-spare-worker',
  severity: 'warning',
  *find({ document, fleet }) {
    const live = fleet.servers.flatMap(server => server.workers).filter(({ line }) => !line.down && !line.backup)
    if (live.length === 0 || batchOf(fleet, live.length) < live.length) return
    const taken = counted(batchOf(fleet, live.length), 'worker')
    const batch = document.rangeOf(['rollout', 'batch'], 'value')
    yield {
      range: batch ?? rangeNear(document, ['servers'], 'key'),
      message:
        live.length === 1
          ? t(
              'A rolling restart would leave no live worker: it takes {0} at a time, and there is one. Run a second worker.',
              taken,
            )
          : t(
              'A rolling restart would leave no live worker: it takes {0} at a time, and there are {1}. Make the batch smaller.',
              taken,
              live.length,
            ),
    }
  },
}

function batchOf({ rollout: { batch } }: Fleet, workers: number): number {
  return batch.kind === 'count'
    ? Math.min(batch.count, workers)
    : Math.max(1, Math.floor((workers * batch.percent) / 100))
}
