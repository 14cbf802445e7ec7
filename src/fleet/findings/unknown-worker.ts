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
        const runs =
          ids.length === 0 ? 'runs none' : `runs ${listOf(ids.length > 12 ? [...ids.slice(0, 12), 'more'] : ids)}`
        const path = ['servers', server.name, 'worker_options', key]
        yield {
          range: rangeNear(document, path, 'key'),
          message: `${server.name} has no worker ${key}: it ${runs}. Add it to "workers", or remove these options.`,
          fixes: fixByRemoving(document, path, `Remove the options of worker ${key}`),
        }
      }
    }
  },
}
