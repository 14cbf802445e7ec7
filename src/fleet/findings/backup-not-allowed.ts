import { t } from '@vscode/l10n'
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
        message: t(
          'nginx refuses a backup worker with the method {0}. Make worker {1} of {2} a normal one, or balance by least_conn or round_robin.',
          method.kind,
          worker.id,
          worker.server,
        ),
        related: [
          { range: rangeNear(document, ['load_balancer', 'method']), message: t('The method is {0}', method.kind) },
        ],
        fixes: changeTo(document, path, false),
      }
    }
  },
}
