import { t } from '@vscode/l10n'
import type { Fleet, Worker } from '../fleet/fleet'
import { allOf, type Checked, checkLoadBalancer, warning } from './checks'
import { blockDifferences, downByHand, liveUpstream, risingWorkers } from './live-upstream'
import { isHealthy, reachableServer } from './observed-worker'
import type { Operation, Situation } from './operation'
import type { Step } from './plan'
import { waitReady } from './rollout'
import { checkRendered, checkServing } from './serving'
import { waitReachable } from './wait-reachable'
import { nameWorkers } from './worker-names'
import { writeRendered } from './write-upstream'

/**
 * Makes nginx's upstream block what fleet.yaml says and reloads nginx; only reloads it if the block says that already.
 * A block that says the same in other words stays unchanged, with the comments that somebody wrote in it.
 */
export const reload: Operation = {
  name: 'reload',
  title: () => t('Reload nginx'),
  icon: 'sync',
  danger: 'safe',
  offeredOn: ['load-balancer'],
  inputs: [],
  plan: situation => {
    const { fleet } = situation
    const workers = fleet.servers.flatMap(server => server.workers)
    const possible = checkLoadBalancer(situation, 'written')
    // It starts no workers: one that does not answer now does not take calls.
    const steps = possible.refusals.length > 0 ? [] : [reloadStep(situation)]
    const checked = allOf(
      possible,
      checkServing(situation, steps),
      checkRendered(situation, workers, 'warned-about'),
      checkComingBack(situation, workers),
      checkAnswering(situation, workers),
    )
    return {
      operation: 'reload',
      fleet: fleet.name,
      title: t('Reload nginx of {0}', fleet.name),
      steps: checked.refusals.length > 0 ? [] : [...waitRising(situation, workers), ...steps],
      ...checked,
    }
  },
}

/**
 * Waits for the workers that nginx is about to send calls to again, as far as they can be asked. If there is no block yet, nothing is
 * lost by one that does not answer.
 */
function waitRising(situation: Situation, workers: readonly Worker[]): readonly Step[] {
  const { fleet, observed } = situation
  if (liveUpstream(fleet, observed).kind !== 'found') return []
  const rising = risingWorkers(situation, workers).filter(worker => reachableServer(observed, worker.server))
  return rising.length > 0 ? [waitReady(fleet, rising), ...waitReachable(fleet, rising)] : []
}

const reloadStep = (situation: Situation): Step =>
  blockDifferences(situation).length > 0
    ? writeRendered(situation, t('Write the upstream and reload nginx'))
    : reloadNginx(situation.fleet)

/** The step that reloads nginx with its files unchanged. */
export const reloadNginx = ({ loadBalancer: { machine } }: Fleet): Step => ({
  kind: 'reload',
  server: machine.name,
  title: t('Test and reload nginx'),
})

/** Whether the written block would send calls to workers that somebody has taken out of service by hand. */
export function checkComingBack(situation: Situation, workers: readonly Worker[]): Checked {
  const back = downByHand(situation).filter(worker =>
    workers.some(one => one.server === worker.server && one.id === worker.id),
  )
  if (back.length === 0) return allOf()
  return warning(
    back.length === 1
      ? t(
          '{0} is marked down in nginx but not in fleet.yaml: nginx will send it calls again. To keep it out of service, run drain',
          nameWorkers(back),
        )
      : t(
          '{0} are marked down in nginx but not in fleet.yaml: nginx will send them calls again. To keep them out of service, run drain',
          nameWorkers(back),
        ),
  )
}

/** Whether nginx is to send calls to workers that do not answer. */
function checkAnswering(situation: Situation, workers: readonly Worker[]): Checked {
  const silent = risingWorkers(situation, workers).filter(worker => !isHealthy(situation.observed, worker))
  if (silent.length === 0) return allOf()
  return warning(
    silent.length === 1
      ? t(
          'nginx would send calls to {0}, which does not answer: apply starts or restarts it first',
          nameWorkers(silent),
        )
      : t(
          'nginx would send calls to {0}, which do not answer: apply starts or restarts them first',
          nameWorkers(silent),
        ),
  )
}
