import { t } from '@vscode/l10n'
import { fixByRemoving } from '../fixes'
import { listOf } from '../words'
import { type FindingRule, rangeNear } from './rule'

/** Options for a worker that its server does not run. */
export const unknownWorker: FindingRule = {
  code: 'unknown-worker',
  severity: 'error',
  *find({ document, file, fleet }) {
    for (const server of fleet.servers) {
      const ids = server.workers.map(({ id }) => String(id))
      for (const key of Object.keys(file.servers[server.name]?.worker_options ?? {})) {
        if (ids.includes(key)) continue
        const some = listOf(ids.length > 12 ? [...ids.slice(0, 12), t('more')] : ids)
        const path = ['servers', server.name, 'worker_options', key]
        yield {
          range: rangeNear(document, path, 'key'),
          message:
            ids.length === 0
              ? t(
                  '{0} has no worker {1}: it has no workers. Add it to "workers", or remove these options.',
                  server.name,
                  key,
                )
              : t(
                  '{0} has no worker {1}: it runs {2}. Add it to "workers", or remove these options.',
                  server.name,
                  key,
                  some,
                ),
          fixes: fixByRemoving(document, path, t('Remove the options of worker {0}', key)),
        }
      }
    }
  },
}
