import { changeTo } from '../fixes'
import { counted } from '../words'
import { type FindingRule, rangeNear } from './rule'

/** nginx and the worker disagree on how many calls it takes: it refuses some, or gets fewer than it could. */
export const maxConnsMismatch: FindingRule = {
  code: 'max-conns-mismatch',
  severity: 'warning',
  *find({ document, file, fleet }) {
    const said = new Set<string>()
    for (const server of fleet.servers) {
      for (const { id, line, maxConcurrentCalls } of server.workers) {
        // 0 is no limit at all.
        if (!line.maxConns || line.maxConns === maxConcurrentCalls) continue
        const own = file.servers[server.name]?.worker_options?.[id]?.max_conns !== undefined
        const path = own ? ['servers', server.name, 'worker_options', id, 'max_conns'] : ['load_balancer', 'max_conns']
        if (said.has(path.join('.'))) continue
        said.add(path.join('.'))
        yield {
          range: rangeNear(document, path),
          message: `nginx opens ${counted(line.maxConns, 'connection')} at most, and ${own ? `worker ${id} of ${server.name}` : `a worker of ${server.name}`} takes ${counted(maxConcurrentCalls, 'call')}: ${line.maxConns > maxConcurrentCalls ? 'it would refuse the rest' : 'it would never be full'}. Give ${path.slice(own ? 2 : 0).join('.')} and max_concurrent_calls the same number.`,
          fixes: changeTo(document, path, maxConcurrentCalls),
        }
      }
    }
  },
}
