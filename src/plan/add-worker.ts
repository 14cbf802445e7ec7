import { addWorkers } from '../fleet/edits'
import type { Server, Worker } from '../fleet/fleet'
import { allOf, type Checked, checkLoadBalancer, checkServers, checkUnits, warning } from './checks'
import { sayDifference } from './difference-words'
import { checkCalls, checkEnvironmentFile, setWorkersVariable } from './environment'
import { blockDifferences, downByHand, joiningWorkers } from './live-upstream'
import { type Operation, OperationError, type Situation } from './operation'
import type { Step } from './plan'
import { serverMeant } from './select'
import { startWorkers } from './start-workers'
import { nameWorkers } from './worker-names'
import { writeRendered } from './write-upstream'

/**
 * Adds workers to a server: to fleet.yaml, to VOXCORE_WORKERS, to systemd, and, when they answer, to nginx. nginx comes last,
 * so that it never points to a worker that is not there; and so a worker that the file has and nginx has not is one that an
 * earlier run did not finish: it counts as one of those asked for.
 */
export const addWorker: Operation = {
  name: 'add-worker',
  title: 'Add Worker…',
  icon: 'add',
  danger: 'safe',
  offeredOn: ['server'],
  inputs: [
    { name: 'server', required: true, prompt: 'The server to run another worker on' },
    { name: 'count', required: false, prompt: 'How many workers to add; 1 if not given' },
  ],
  edit: (document, fleet, given, observed) => {
    const server = serverMeant(fleet, given)
    const wanted = given.count ?? 1
    if (!Number.isInteger(wanted) || wanted < 1)
      throw new OperationError(`${wanted} workers cannot be added`, 'give a whole number above 0')
    const unfinished = joiningWorkers({ fleet, observed }).filter(worker => worker.server === server.name)
    const missing = wanted - unfinished.length
    return missing > 0 ? addWorkers(document, server.name, missing) : []
  },
  plan: (situation, given) => {
    const server = serverMeant(situation.fleet, given)
    const joining = joiningWorkers(situation).filter(worker => worker.server === server.name)
    const steps = addSteps(situation, server, joining)
    const checked = allOf(
      checkLoadBalancer(situation, 'needed'),
      checkServers(situation, [server]),
      checkUnits(situation, server.workers),
      checkEnvironmentFile(situation, server, steps),
      checkCalls(situation, server),
      checkOthers(situation, joining),
    )
    return {
      operation: 'add-worker',
      fleet: situation.fleet.name,
      title: joining.length > 0 ? `Add ${nameWorkers(joining)}` : `Add workers to ${server.name}`,
      steps: checked.refusals.length > 0 ? [] : steps,
      ...checked,
    }
  },
}

function addSteps(situation: Situation, server: Server, joining: readonly Worker[]): readonly Step[] {
  const write =
    joining.length > 0 ? [writeRendered(situation, `Add ${nameWorkers(joining)} to nginx`, downByHand(situation))] : []
  return [...setWorkersVariable(situation, server), ...startWorkers(situation, server.workers, joining), ...write]
}

/** The block is written whole, so that the operator must know what else that changes in it; or what stays different if it is not. */
function checkOthers(situation: Situation, joining: readonly Worker[]): Checked {
  const kept = new Set([...joining, ...downByHand(situation)].map(worker => worker.upstreamAddress))
  const others = blockDifferences(situation).filter(
    difference => !('address' in difference && kept.has(difference.address)),
  )
  if (others.length === 0) return allOf()
  const list = others.map(sayDifference).join('; ')
  return warning(
    joining.length > 0
      ? `writing nginx's upstream changes more than the new workers: ${list}`
      : `nginx's upstream differs from fleet.yaml, which reload mends: ${list}`,
  )
}
