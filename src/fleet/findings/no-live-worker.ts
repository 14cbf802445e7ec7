import { t } from '@vscode/l10n'
import { type FindingRule, rangeNear } from './rule'

/** Nobody is left to take a call. */
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
          ? t('No server runs a worker, so nobody takes a call. Give one of them "workers".')
          : t(
              'Every worker is down or a backup, so nobody takes a call. Bring one back: remove its "down" or "backup".',
            ),
    }
  },
}
