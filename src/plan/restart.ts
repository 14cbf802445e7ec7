import { t } from '@vscode/l10n'
import type { Operation } from './operation'
import { planRollout } from './rollout'
import { serverMeant, workerWithId } from './select'
import { nameWorkers } from './worker-names'

/** Restarts one worker after its calls have ended. Unlike a rolling restart, it may leave no other worker in service, and warns of that. */
export const restart: Operation = {
  name: 'restart',
  title: () => t('Restart Worker…'),
  icon: 'debug-restart',
  danger: 'disruptive',
  offeredOn: ['worker'],
  inputs: [
    { name: 'server', required: true, prompt: () => t('The server that the worker runs on') },
    { name: 'worker', required: true, prompt: () => t('The worker to restart') },
  ],
  plan: (situation, given) => {
    const worker = workerWithId(serverMeant(situation.fleet, given), given.worker)
    return {
      operation: 'restart',
      fleet: situation.fleet.name,
      title: t('Restart {0}', nameWorkers([worker])),
      ...planRollout(situation, [worker], 'warned-about'),
    }
  },
}
