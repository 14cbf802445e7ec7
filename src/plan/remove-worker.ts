import type { FleetDocument } from '../fleet/document'
import { editInTurn } from '../fleet/edit-in-turn'
import { removeWorker as removeFromFile } from '../fleet/edits'
import type { Fleet, Server, Worker } from '../fleet/fleet'
import type { Observed } from '../fleet/observed'
import type { TextEdit } from '../fleet/text'
import { allOf, type Checked, checkLoadBalancer, checkServers, warning } from './checks'
import { checkEnvironmentFile, setWorkersVariable } from './environment'
import { planFirewall } from './firewall'
import { checkStaying, leaveSteps, leavingWorkers } from './leaving'
import { reachableServer } from './observed-worker'
import { type Operation, type OperationArguments, OperationError, OperationRefused } from './operation'
import { serverMeant } from './select'
import { nameWorkers } from './worker-names'
import { workersSaid } from './workers-variable'

/**
 * Removes workers from a server: from fleet.yaml, from nginx, and when their calls have ended from systemd, the firewall and
 * VOXCORE_WORKERS. That variable comes last: as long as it says more than fleet.yaml, an earlier run did not finish,
 * and what it was about counts as what is asked for.
 */
export const removeWorker: Operation = {
  name: 'remove-worker',
  title: 'Remove Worker…',
  icon: 'remove',
  danger: 'disruptive',
  offeredOn: ['server', 'worker'],
  inputs: [
    { name: 'server', required: true, prompt: 'The server to run fewer workers on' },
    {
      name: 'worker',
      required: false,
      prompt: 'The worker to remove; the one with the highest number if none is given',
    },
    { name: 'count', required: false, prompt: 'How many workers to remove, the highest numbers first; 1 if not given' },
  ],
  edit: (document, fleet, given, observed) => {
    const server = serverMeant(fleet, given)
    if (given.worker !== undefined && given.count !== undefined)
      throw new OperationError('--worker and --count do not go together', 'give one of them')
    return given.worker === undefined
      ? removeHighest(document, fleet, server, given, observed)
      : removeIds(document, fleet, server, [given.worker])
  },
  plan: (situation, given) => {
    const { fleet } = situation
    const server = serverMeant(fleet, given)
    const all = leavingWorkers(situation, server)
    const leaving = given.worker === undefined ? all : all.filter(({ id }) => id === given.worker)
    const variable = setWorkersVariable(situation, server)
    const firewall = planFirewall(situation, [server])
    const checked = allOf(
      checkLoadBalancer(situation, 'needed'),
      checkServers(situation, [server]),
      checkEnvironmentFile(situation, server, variable),
      checkStaying(situation, leaving),
      firewall,
      checkKnown(server, given, leaving),
    )
    const steps = [...leaveSteps(situation, leaving), ...firewall.steps, ...variable]
    return {
      operation: 'remove-worker',
      fleet: fleet.name,
      title: leaving.length > 0 ? `Remove ${nameWorkers(leaving)}` : `Remove workers of ${server.name}`,
      steps: checked.refusals.length > 0 ? [] : steps,
      ...checked,
    }
  },
}

/** How many workers of a server an earlier run has taken out of fleet.yaml and not finished with. */
function unfinished(fleet: Fleet, observed: Observed, server: Server): number {
  const variable = workersSaid(reachableServer(observed, server.name)?.environment.workers)
  const tooMany = Number.isInteger(variable) ? variable - server.workers.length : 0
  return Math.max(leavingWorkers({ fleet, observed }, server).length, tooMany, 0)
}

function removeHighest(
  document: FleetDocument,
  fleet: Fleet,
  server: Server,
  { count: wanted = 1 }: OperationArguments,
  observed: Observed,
): readonly TextEdit[] {
  if (!Number.isInteger(wanted) || wanted < 1)
    throw new OperationError(`${wanted} workers cannot be removed`, 'give a whole number above 0')
  const missing = wanted - unfinished(fleet, observed, server)
  if (missing <= 0) return []
  const ids = server.workers.map(({ id }) => id).slice(-missing)
  if (ids.length < missing)
    throw new OperationError(
      `${server.name} has ${server.workers.length === 0 ? 'no worker' : `only ${server.workers.length}`} to remove`,
      'see its workers in fleet.yaml',
    )
  return removeIds(document, fleet, server, ids)
}

/** A worker that the file does not have any more is one that an earlier run has taken out of it: then there may be something to finish. */
function removeIds(
  document: FleetDocument,
  fleet: Fleet,
  server: Server,
  given: readonly number[],
): readonly TextEdit[] {
  const ids = given.filter(id => server.workers.some(worker => worker.id === id))
  if (ids.length === 0) return []
  const staying = fleet.servers
    .flatMap(one => one.workers)
    .filter(worker => worker.server !== server.name || !ids.includes(worker.id))
  if (!staying.some(({ line }) => !line.down && !line.backup))
    throw new OperationRefused(
      `no worker of fleet ${fleet.name} would be left that takes calls`,
      staying.length > 0 ? 'bring one of the others back first: undrain' : 'add one elsewhere first: add-worker',
    )
  return editInTurn(
    document,
    ids.toReversed().map(id => now => removeFromFile(now, server.name, id)),
  )
}

/** It may have been removed before, or be a slip of the pen. */
function checkKnown(server: Server, { worker }: OperationArguments, leaving: readonly Worker[]): Checked {
  if (worker === undefined || leaving.length > 0) return allOf()
  const left = server.workers.length > 0 ? nameWorkers(server.workers) : `no worker of ${server.name}`
  return warning(`${server.name} has no worker ${worker}; fleet.yaml has ${left}`)
}
