import { t } from '@vscode/l10n'
import { addWorkers } from '../fleet/edits'
import type { Server, Worker } from '../fleet/fleet'
import { allOf, type Checked, checkLoadBalancer, checkServers, checkUnits, warning } from './checks'
import { sayDifference } from './difference-words'
import { checkCalls, checkEnvironmentFile, setWorkersVariable } from './environment'
import { planFirewall } from './firewall'
import { blockDifferences, isAbout, joiningWorkers, risingWorkers } from './live-upstream'
import { type Operation, OperationError, type Situation } from './operation'
import type { Step } from './plan'
import { serverMeant } from './select'
import { checkRendered, checkServing } from './serving'
import { startWorkers } from './start-workers'
import { waitReachable } from './wait-reachable'
import { nameWorkers } from './worker-names'
import { writeLines } from './write-upstream'

/**
 * Adds workers to a server: to fleet.yaml, to VOXCORE_WORKERS, to systemd, and, when they answer, to nginx. nginx comes last,
 * so that it never points to a worker that does not exist. A worker that the file has and nginx does not is therefore one that an
 * earlier run did not finish: it counts as one of those asked for.
 */
export const addWorker: Operation = {
  name: 'add-worker',
  title: () => t('Add Worker…'),
  icon: 'add',
  danger: 'safe',
  offeredOn: ['server'],
  inputs: [
    { name: 'server', required: true, prompt: () => t('The server to run another worker on') },
    { name: 'count', required: false, prompt: () => t('How many workers to add; 1 if not given') },
  ],
  edit: (document, fleet, given, observed) => {
    const server = serverMeant(fleet, given)
    const wanted = given.count ?? 1
    if (!Number.isInteger(wanted) || wanted < 1)
      throw new OperationError(t('{0} workers cannot be added', wanted), t('give a whole number above 0'))
    const unfinished = joiningWorkers({ fleet, observed }).filter(worker => worker.server === server.name)
    const missing = wanted - unfinished.length
    return missing > 0 ? addWorkers(document, server.name, missing) : []
  },
  plan: (situation, given) => {
    const server = serverMeant(situation.fleet, given)
    const joining = joiningWorkers(situation).filter(worker => worker.server === server.name)
    const firewall = planFirewall(situation, [server])
    const steps = [...firewall.steps, ...addSteps(situation, server, joining)]
    const checked = allOf(
      checkLoadBalancer(situation, 'needed'),
      checkServers(situation, [server]),
      checkUnits(situation, server.workers),
      checkEnvironmentFile(situation, server, steps),
      checkCalls(situation, server),
      firewall,
      checkRendered(situation, joining, 'refused'),
      checkServing(situation, steps),
      checkOthers(situation, joining),
    )
    return {
      operation: 'add-worker',
      fleet: situation.fleet.name,
      title: joining.length > 0 ? t('Add {0}', nameWorkers(joining)) : t('Add workers to {0}', server.name),
      steps: checked.refusals.length > 0 ? [] : steps,
      ...checked,
    }
  },
}

function addSteps(situation: Situation, server: Server, joining: readonly Worker[]): readonly Step[] {
  const title = t('Add {0} to nginx', nameWorkers(joining))
  return [
    ...setWorkersVariable(situation, server),
    ...startWorkers(situation, server.workers, joining),
    ...waitReachable(situation.fleet, risingWorkers(situation, joining)),
    ...(joining.length > 0 ? writeLines(situation, title, joining) : []),
  ]
}

/** Only the new lines are written: an operator who adds a worker is told about other differences, not surprised by their removal. */
function checkOthers(situation: Situation, joining: readonly Worker[]): Checked {
  const others = blockDifferences(situation).filter(difference => !joining.some(worker => isAbout(difference, worker)))
  if (others.length === 0) return allOf()
  return warning(
    t("nginx's upstream has other differences from fleet.yaml, which stay: {0}", others.map(sayDifference).join('; ')),
  )
}
