import { t } from '@vscode/l10n'
import type { Worker } from '../fleet/fleet'
import { ownVariables } from '../fleet/own-variables'
import { allOf, checkSilent, warning } from './checks'
import { isUp, liveUpstream } from './live-upstream'
import { observedWorker, reachableServer } from './observed-worker'
import type { Situation } from './operation'
import { planRollout, restartSteps, type Stretch } from './rollout'
import { nameWorkers } from './worker-names'

/**
 * Restarts those of the workers that run and do not answer as they should: those that nginx sends calls to as a rollout, which takes
 * them out and brings them back, and the others directly. No steps if there are none.
 */
export function planRepair(situation: Situation, workers: readonly Worker[]): Stretch {
  const { fleet, observed } = situation
  const live = liveUpstream(fleet, observed)
  const unwell = workers.filter(worker => isUnwell(situation, worker))
  const beyond = unwell.filter(({ server }) => setsPort(situation, server))
  const mendable = unwell.filter(worker => !beyond.includes(worker))
  const used = mendable.filter(worker => live.kind === 'found' && isUp(live.lines, worker))
  const unused = mendable.filter(worker => !used.includes(worker))
  const rollout = used.length > 0 ? planRollout(situation, used, 'warned-about') : { ...allOf(), steps: [] }
  const checked = allOf(
    checkSilent(situation, mendable),
    rollout,
    beyond.length > 0
      ? warning(
          t(
            '{0} cannot answer while {1} is set in {2}, and a restart does not fix that: remove that line, then run this again',
            nameWorkers(beyond),
            String(ownVariables(fleet.service)?.port),
            fleet.service.envFile,
          ),
        )
      : allOf(),
  )
  return { ...checked, steps: [...rollout.steps, ...(unused.length > 0 ? restartSteps(situation, unused) : [])] }
}

/** Whether a worker runs and does not answer, or answers something else. One that is starting is waited for. */
export function isUnwell({ observed }: Pick<Situation, 'observed'>, worker: Worker): boolean {
  const known = observedWorker(observed, worker)
  return known?.activeState === 'active' && ['wrong', 'no-answer'].includes(known.health.kind)
}

const setsPort = ({ observed }: Situation, server: string) =>
  reachableServer(observed, server)?.environment.setsPort === true
