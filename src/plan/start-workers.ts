import { t } from '@vscode/l10n'
import type { Worker } from '../fleet/fleet'
import { isEnabled, isHealthy, isRunning } from './observed-worker'
import type { Situation } from './operation'
import type { Step } from './plan'
import { waitReady } from './rollout'
import { targetOf } from './target'
import { nameWorkers } from './worker-names'

/**
 * Starts those of the workers that do not run, or would not after a boot, and waits until these and `joining`, which nginx is
 * about to send calls to, are healthy. No steps if all of that is true already.
 */
export function startWorkers(
  { fleet, observed }: Situation,
  workers: readonly Worker[],
  joining: readonly Worker[],
): readonly Step[] {
  const starting = workers.filter(worker => !isRunning(observed, worker) || !isEnabled(observed, worker))
  const awaited = workers.filter(
    worker => joining.includes(worker) || (starting.includes(worker) && !isHealthy(observed, worker)),
  )
  const starts = starting.map(
    (worker): Step => ({
      kind: 'enable-worker',
      server: worker.server,
      title: t('Enable and start {0}', nameWorkers([worker])),
      worker: targetOf(worker),
    }),
  )
  return awaited.length === 0 ? starts : [...starts, waitReady(fleet, awaited)]
}
