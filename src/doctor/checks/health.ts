import { t } from '@vscode/l10n'
import type { Worker } from '../../fleet/fleet'
import type { WorkerHealth } from '../../fleet/observed'
import { counted, listOf } from '../../fleet/words'
import { type Check, failed, well } from '../check'

/** Each worker that fleet.yaml names answers for itself. */
export const health: Check = {
  name: 'health',
  stage: 'health',
  needs: ['authenticate'],
  concerns: ({ server }) => server !== undefined && server.workers.length > 0,
  judge({ health: answers }, { server, fleet }) {
    if (!answers || !server) return undefined
    const { workers } = server
    const asked = workers.map(worker => ({ worker, answer: answers.get(worker.id) ?? notRunning }))
    const silent = asked.filter(({ answer }) => answer.kind !== 'ok')
    if (silent.length === 0)
      return well(
        workers.length === 1
          ? t('its worker answers {0}', fleet.service.health)
          : t('all {0} answer {1}', counted(workers.length, 'worker'), fleet.service.health),
      )
    return failed(complaintsOf(silent), remedyFor(silent.map(({ worker }) => worker)))
  },
}

const notRunning: WorkerHealth = { kind: 'not-asked' }

export interface Asked {
  readonly worker: Worker
  readonly answer: WorkerHealth
}

/** Workers with the same trouble are named together: sixteen that do not run make one line. */
export function complaintsOf(silent: readonly Asked[]): string {
  const byReason = new Map<string, string[]>()
  for (const { worker, answer } of silent)
    byReason.set(reasonOf(answer), [...(byReason.get(reasonOf(answer)) ?? []), String(worker.id)])
  return [...byReason]
    .map(([reason, ids]) =>
      ids.length === 1 ? t('worker {0}: {1}', listOf(ids), reason) : t('workers {0}: {1}', listOf(ids), reason),
    )
    .join('; ')
}

function reasonOf(answer: WorkerHealth): string {
  if (answer.kind === 'not-asked') return t('not running')
  return answer.kind === 'ok' ? t('well') : answer.reason
}

function remedyFor(workers: readonly Worker[]): string {
  const unit = workers[0]?.unit ?? ''
  return workers.length === 1
    ? t(
        'Check its log (Show Logs, or journalctl -u {0}); Apply fleet.yaml (fleet-ops run apply) starts workers that are not running.',
        unit,
      )
    : t(
        'Check their logs (Show Logs, or journalctl -u {0}); Apply fleet.yaml (fleet-ops run apply) starts workers that are not running.',
        unit,
      )
}
