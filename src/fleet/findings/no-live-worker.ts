import { t } from '@vscode/l10n'
import { type FindingRule, rangeNear } from './rule'

/** No worker is left to take a call. */
export const noLiveWorker: FindingRule = {
  code: 'no-live-worker',
  severity: 'error',
  *find({ document, fleet }) {
    const workers = fleet.servers.flatMap(server => server.workers)
    if (fleet.servers.length === 0 || workers.some(({ line }) => !line.down && !line.backup)) return
    yield {
      range: rangeNear(document, ['servers'], 'key'),
      message:
        workers.length === 0
          ? t('No server has workers, so none takes calls. Set "workers" on one of them.')
          : t('Every worker is down or a backup, so none takes calls. Bring one back: remove its "down" or "backup".'),
    }
  },
}
