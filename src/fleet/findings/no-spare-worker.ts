import { t } from '@vscode/l10n'
import { batchSize } from '../batch-size'
import { counted } from '../words'
import { type FindingRule, rangeNear } from './rule'

/** A rolling restart that would take every live worker away at once. */
export const noSpareWorker: FindingRule = {
  code: 'no-spare-worker',
  severity: 'warning',
  *find({ document, fleet }) {
    const live = fleet.servers.flatMap(server => server.workers).filter(({ line }) => !line.down && !line.backup)
    const size = batchSize(fleet.rollout.batch, live.length)
    if (live.length === 0 || size < live.length) return
    const taken = counted(size, 'worker')
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
