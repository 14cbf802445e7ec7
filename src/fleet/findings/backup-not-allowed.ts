import { changeTo } from '../fixes'
import { type FindingRule, rangeNear } from './rule'

/** nginx refuses `backup` with these methods (ngx_http_upstream_module, "server"). */
const without: ReadonlySet<string> = new Set(['ip_hash', 'hash', 'random'])

export const backupNotAllowed: FindingRule = {
  code: 'backup-not-allowed',
  severity: 'error',
  *find({ document, fleet }) {
    const { method } = fleet.loadBalancer
    if (!without.has(method.kind)) return
    for (const worker of fleet.servers.flatMap(server => server.workers)) {
      if (!worker.line.backup) continue
      const path = ['servers', worker.server, 'worker_options', worker.id, 'backup']
      yield {
        range: rangeNear(document, path),
        message: `nginx refuses a backup worker with the method ${method.kind}. Make worker ${worker.id} of ${worker.server} a normal one, or balance by least_conn or round_robin.`,
        related: [{ range: rangeNear(document, ['load_balancer', 'method']), message: `The method is ${method.kind}` }],
        fixes: changeTo(document, path, false),
      }
    }
  },
}
