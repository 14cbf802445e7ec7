import { t } from '@vscode/l10n'
import type { Server, Worker } from '../fleet/fleet'
import { allOf, checkLoadBalancer, checkServers, checkUnits } from './checks'
import { checkEnvironmentFile, setWorkersVariable } from './environment'
import { planFirewall } from './firewall'
import { checkStaying, leavingWorkers, stopSteps } from './leaving'
import { blockDifferences, isAbout, joiningWorkers, risingWorkers } from './live-upstream'
import type { Operation, Situation } from './operation'
import type { Step } from './plan'
import { afterSteps } from './predicted'
import { checkComingBack, reloadNginx } from './reload'
import { isUnwell, planRepair } from './repair'
import type { Stretch } from './rollout'
import { serverNamed } from './select'
import { checkRendered, checkServing } from './serving'
import { planCallsVariable, planOutdated } from './set-calls'
import { startWorkers } from './start-workers'
import { waitReachable } from './wait-reachable'
import { writeLines, writeRendered } from './write-upstream'

/**
 * Makes the servers what fleet.yaml says, in a safe order: the firewall first, then variables and workers, restarts of those that do
 * not answer, nginx once they do, removal of workers that it does not name, and last the restarts that a changed variable needs.
 */
export const apply: Operation = {
  name: 'apply',
  title: () => t('Apply fleet.yaml'),
  icon: 'play',
  danger: 'disruptive',
  offeredOn: ['load-balancer', 'server'],
  inputs: [
    { name: 'server', required: false, prompt: () => t('The server to apply fleet.yaml to; all if none is given') },
  ],
  plan: (situation, given) => {
    const { fleet } = situation
    const servers = given.server === undefined ? fleet.servers : [serverNamed(fleet, given.server)]
    const { steps, ...checked } = planAll(situation, servers)
    return {
      operation: 'apply',
      fleet: fleet.name,
      title: t('Apply fleet.yaml to {0}', given.server ?? t('fleet {0}', fleet.name)),
      steps: checked.refusals.length > 0 ? [] : steps,
      ...checked,
    }
  },
}

function planAll(situation: Situation, servers: readonly Server[]): Stretch {
  const { fleet } = situation
  const workers = servers.flatMap(server => server.workers)
  const whole = servers.length === situation.fleet.servers.length
  const joining = joiningWorkers(situation)
  const rising = risingWorkers(situation, workers)
  const repair = planRepair(situation, workers)
  // Both variables before any start: a worker reads them once.
  const calls = planCallsVariable(situation, servers)
  const variables = servers.flatMap(server => setWorkersVariable(situation, server))
  const awaited = rising.filter(worker => !isUnwell(situation, worker))
  const starts = servers.flatMap(server => startWorkers(situation, server.workers, awaited))
  // A worker that leaves keeps its port closed to others until it has stopped.
  const losing = servers.filter(server => leavingWorkers(situation, server).length > 0)
  const opening = planFirewall(
    situation,
    servers.filter(server => !losing.includes(server)),
  )
  const closing = planFirewall(situation, losing)
  const leaving = servers.flatMap(server => leavingWorkers(situation, server))
  const write = whole ? writeAll(situation) : writeOwn(situation, workers, leaving)
  const first = [
    ...opening.steps,
    ...variables,
    ...calls.steps,
    ...starts,
    ...repair.steps,
    ...(write.length > 0 ? waitReachable(fleet, rising) : []),
    ...(write.length > 0 ? write : reloadUnloaded(situation)),
    ...stopSteps(situation, leaving),
    ...closing.steps,
  ]
  const restarts = planOutdated(afterSteps(situation, first), servers)
  const checked = allOf(
    checkLoadBalancer(situation, whole ? 'written' : 'needed'),
    checkServers(situation, servers),
    checkUnits(situation, workers),
    ...servers.map(server => checkEnvironmentFile(situation, server, variables)),
    checkComingBack(situation, workers),
    checkServing(situation, first),
    checkRendered(situation, workers, 'warned-about'),
    repair,
    opening,
    closing,
    checkStaying(situation, leaving, joining),
    calls,
    restarts,
  )
  return { ...checked, steps: [...first, ...restarts.steps] }
}

const writeTitle = () => t('Write the upstream and reload nginx')

/** Loads a file that a guardian has restored and nginx has not loaded since. */
const reloadUnloaded = ({ fleet, observed: { loadBalancer } }: Situation): readonly Step[] =>
  loadBalancer.reachable && loadBalancer.unloaded ? [reloadNginx(fleet)] : []

const writeAll = (situation: Situation): readonly Step[] =>
  blockDifferences(situation).length > 0 ? [writeRendered(situation, writeTitle())] : []

/** One server's lines, as far as they differ: other servers' lines were not asked for, and their workers are not started. */
function writeOwn(situation: Situation, workers: readonly Worker[], leaving: readonly Worker[]): readonly Step[] {
  const differences = blockDifferences(situation)
  const own = workers.filter(worker => differences.some(difference => isAbout(difference, worker)))
  return own.length > 0 || leaving.length > 0 ? writeLines(situation, writeTitle(), own, leaving) : []
}
