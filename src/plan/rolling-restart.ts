import { t } from '@vscode/l10n'
import type { Fleet, Worker } from '../fleet/fleet'
import { allOf } from './checks'
import { downByHand } from './live-upstream'
import type { Operation, OperationArguments, Situation } from './operation'
import { checkSkipped, noteRollout, restartedBefore } from './resume-rollout'
import { planRollout, type Stretch } from './rollout'
import { serverMeant, workersMeant } from './select'
import { nameWorkers } from './worker-names'

/** Restarts workers batch by batch, each drained first, so that no calls are dropped and new calls always find a worker. */
export const rollingRestart: Operation = {
  name: 'rolling-restart',
  title: () => t('Rolling Restart…'),
  icon: 'debug-rerun',
  danger: 'disruptive',
  offeredOn: ['load-balancer', 'server', 'worker'],
  inputs: [
    {
      name: 'server',
      required: false,
      prompt: () => t('The server whose workers to restart; all servers if none is given'),
    },
    { name: 'worker', required: false, prompt: () => t('The worker to restart; all of the server if none is given') },
    {
      name: 'all',
      required: false,
      prompt: () => t('Also restart the workers that an unfinished rollout has already restarted'),
    },
  ],
  plan: (situation, given) => {
    const restarted = given.all ? [] : restartedBefore(situation, workersMeant(situation.fleet, given))
    return {
      operation: 'rolling-restart',
      fleet: situation.fleet.name,
      title: t('Rolling restart of {0}', whatOf(situation.fleet, given)),
      ...planRest(situation, given, restarted),
      ...(restarted.length > 0 ? { alternative: { title: t('Restart All'), given: { ...given, all: true } } } : {}),
    }
  },
}

/** What an earlier run has not done yet, between the notes of the rollout's beginning and end. */
function planRest(situation: Situation, given: OperationArguments, restarted: readonly Worker[]): Stretch {
  const { fleet } = situation
  const workers = workersMeant(fleet, given)
  const leftOut = downByHand(situation)
  const skipped = restarted.filter(worker => !leftOut.includes(worker))
  const left = workers.filter(worker => !skipped.includes(worker))
  const { steps, ...checked } = planRollout(situation, left, 'required', { total: workers.length, restarted })
  const begins = noteRollout(fleet, given.all ? 'anew' : 'begins', left)
  const ends = noteRollout(fleet, 'ends', workers)
  return {
    ...allOf(checkSkipped(situation, skipped), checked),
    steps: checked.refusals.length > 0 ? [] : [...(left.length > 0 ? [begins] : []), ...steps, ends],
  }
}

function whatOf(fleet: Fleet, given: OperationArguments): string {
  if (given.worker !== undefined) return nameWorkers([{ server: serverMeant(fleet, given).name, id: given.worker }])
  return given.server ?? t('fleet {0}', fleet.name)
}
