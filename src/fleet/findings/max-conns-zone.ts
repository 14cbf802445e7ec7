import { t } from '@vscode/l10n'
import { fixBy } from '../fixes'
import { setValue } from '../set-value'
import { type FindingRule, rangeNear } from './rule'

/** Without shared memory each nginx process counts connections by itself, so the limit applies per process. */
export const maxConnsZone: FindingRule = {
  code: 'max-conns-zone',
  severity: 'information',
  *find({ document, file, fleet }) {
    const limited = fleet.servers.flatMap(server => server.workers).find(({ line }) => line.maxConns)
    if (!limited || fleet.loadBalancer.zone !== undefined) return
    const path =
      file.load_balancer.max_conns === undefined
        ? ['servers', limited.server, 'worker_options', limited.id, 'max_conns']
        : ['load_balancer', 'max_conns']
    yield {
      range: rangeNear(document, path),
      message: t(
        'Without a "zone" each nginx process counts connections alone, so a worker may get this many from each of them. Add zone: 64k to load_balancer.',
      ),
      // Adding the key affects no call: it is safe to apply without looking.
      fixes: fixBy(t('Add zone: 64k'), () => setValue(document, ['load_balancer', 'zone'], '64k'), { safe: true }),
    }
  },
}
