import type { Worker } from '../fleet/fleet'
import { allOf, type Checked, checkLoadBalancer, warning } from './checks'
import { blockDifferences, downByHand, joiningWorkers } from './live-upstream'
import { isHealthy } from './observed-worker'
import type { Operation, Situation } from './operation'
import type { Step } from './plan'
import { nameWorkers } from './worker-names'
import { writeRendered } from './write-upstream'

/**
 * Makes nginx's upstream block what fleet.yaml says and reloads nginx; reloads it just so if the block says that already.
 * A block that says the same in other words stays as it is, with the comments that somebody wrote in it.
 */
export const reload: Operation = {
  name: 'reload',
  title: 'Reload nginx',
  icon: 'sync',
  danger: 'safe',
  offeredOn: ['load-balancer'],
  inputs: [],
  plan: situation => {
    const { fleet } = situation
    const checked = allOf(
      checkLoadBalancer(situation, 'written'),
      checkComingBack(
        situation,
        fleet.servers.flatMap(server => server.workers),
      ),
      checkAnswering(situation),
    )
    return {
      operation: 'reload',
      fleet: fleet.name,
      title: `Reload nginx of ${fleet.name}`,
      steps: checked.refusals.length > 0 ? [] : [reloadStep(situation)],
      ...checked,
    }
  },
}

function reloadStep(situation: Situation): Step {
  const { machine } = situation.fleet.loadBalancer
  return blockDifferences(situation).length > 0
    ? writeRendered(situation, 'Write the upstream and reload nginx')
    : { kind: 'reload', server: machine.name, title: 'Test nginx and reload it' }
}

/** Whether the written block would send calls to workers that somebody has taken out of service by hand. */
export function checkComingBack(situation: Situation, workers: readonly Worker[]): Checked {
  const back = downByHand(situation).filter(worker =>
    workers.some(one => one.server === worker.server && one.id === worker.id),
  )
  if (back.length === 0) return allOf()
  return warning(
    `${nameWorkers(back)} ${back.length === 1 ? 'is' : 'are'} marked down on nginx and not in fleet.yaml: nginx sends calls there again. To keep it so: drain`,
  )
}

/** Whether it would send calls to workers that do not answer. */
function checkAnswering(situation: Situation): Checked {
  const silent = joiningWorkers(situation).filter(worker => !worker.line.down && !isHealthy(situation.observed, worker))
  if (silent.length === 0) return allOf()
  const [does, it] = silent.length === 1 ? ['does', 'it'] : ['do', 'them']
  return warning(
    `nginx would send calls to ${nameWorkers(silent)}, which ${does} not answer: add-worker starts ${it} first`,
  )
}
