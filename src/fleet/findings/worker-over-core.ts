import { t } from '@vscode/l10n'
import { changeTo } from '../fixes'
import { sentences } from '../words'
import { type FindingRule, type Found, type RuleContext, rangeNear } from './rule'

/** One worker is one process, and so one core: above the rule of thumb, call audio degrades. */
export const workerOverCore: FindingRule = {
  code: 'worker-over-core',
  severity: 'warning',
  *find(context) {
    const { document, file, fleet } = context
    const { callsPerCore } = fleet.service
    const places = [
      { path: ['service', 'max_concurrent_calls'], calls: file.service?.max_concurrent_calls },
      ...Object.entries(file.servers).map(([name, server]) => ({
        path: ['servers', name, 'max_concurrent_calls'],
        calls: server?.max_concurrent_calls,
      })),
    ]
    for (const { path, calls } of places)
      if (calls !== undefined && calls > callsPerCore) yield written(context, path, calls)
    // The number of calls is the default, and the written calls_per_core is below it.
    const byDefault = fleet.servers.find(
      ({ name, maxConcurrentCalls }) =>
        maxConcurrentCalls > callsPerCore && file.servers[name]?.max_concurrent_calls === undefined,
    )
    if (!byDefault || file.service?.max_concurrent_calls !== undefined) return
    yield {
      range: rangeNear(document, ['service', 'calls_per_core']),
      message: t(
        'A worker takes {0} calls by default, more than this "calls_per_core". A worker is one process, so audio would degrade. Set "max_concurrent_calls" too.',
        byDefault.maxConcurrentCalls,
      ),
    }
  },
}

function written({ document, fleet }: RuleContext, path: readonly string[], calls: number): Found {
  const { callsPerCore } = fleet.service
  const range = rangeNear(document, path)
  const lower = Math.floor(callsPerCore)
  const what = t(
    '{0} calls at a time is more than one core can carry (about {1}). A worker is one process, so audio degrades.',
    calls,
    callsPerCore,
  )
  if (lower < 1) return { range, message: sentences(what, t('Check "calls_per_core".')) }
  return {
    range,
    message: sentences(what, t('Lower it to {0}, and run more workers instead.', lower)),
    fixes: changeTo(document, path, lower, t('Lower to {0}', lower)),
  }
}
