import { t } from '@vscode/l10n'
import { defaults } from '../defaults'
import type { FindingRule } from './rule'
import { rangeOfWorker } from './worker-place'

/** VoxCore's stock unit sets VOXCORE_PORT=800%i: worker 10 would listen on 80010, which is no port. */
export const unitPort: FindingRule = {
  code: 'unit-port',
  severity: 'warning',
  *find({ document, fleet }) {
    if (fleet.service.unit !== defaults.service.unit) return
    // An unreadable socket is an error of its own, and does not mean workers on ports.
    if (fleet.service.endpoint.kind === 'port' && document.rangeOf(['service', 'socket'], 'key')) return
    const unit = document.rangeOf(['service', 'unit'], 'value')
    for (const server of fleet.servers) {
      const worker = server.workers.find(({ id, endpoint }) => id > 9 && endpoint.kind === 'port')
      if (!worker) continue
      yield {
        range: rangeOfWorker(document, worker),
        message: t(
          "VoxCore's stock unit makes a port by appending the instance to 800: worker {0} of {1} would listen on 800{0}. Change the unit so that it adds, or run at most 9 workers a server.",
          worker.id,
          server.name,
        ),
        related: unit ? [{ range: unit, message: t('The unit') }] : [],
      }
    }
  },
}
