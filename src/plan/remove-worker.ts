import { t } from '@vscode/l10n'
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
 * Removes workers from a server: from fleet.yaml, from nginx and, once their calls have ended, from systemd, the firewall and
 * VOXCORE_WORKERS. That variable comes last: as long as it says more than fleet.yaml, an earlier run did not finish,
 * and its workers count as those asked for.
 */
export const removeWorker: Operation = {
  name: 'remove-worker',
  title: () => t('Remove Worker…'),
  icon: 'remove',
  danger: 'disruptive',
  offeredOn: ['server', 'worker'],
  inputs: [
    { name: 'server', required: true, prompt: () => t('The server to run fewer workers on') },
    {
      name: 'worker',
      required: false,
      prompt: () => t('The worker to remove; the one with the highest number if none is given'),
    },
    {
      name: 'count',
      required: false,
      prompt: () => t('How many workers to remove, the highest numbers first; 1 if not given'),
    },
  ],
  edit: (document, fleet, given, observed) => {
    const server = serverMeant(fleet, given)
    if (given.worker !== undefined && given.count !== undefined)
      throw new OperationError(t('--worker and --count do not go together'), t('give one of them'))
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
      title: leaving.length > 0 ? t('Remove {0}', nameWorkers(leaving)) : t('Remove workers of {0}', server.name),
      steps: checked.refusals.length > 0 ? [] : steps,
      ...checked,
    }
  },
}

/** How many workers of a server an earlier run removed from fleet.yaml without finishing. */
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
    throw new OperationError(t('{0} workers cannot be removed', wanted), t('give a whole number above 0'))
  const missing = wanted - unfinished(fleet, observed, server)
  if (missing <= 0) return []
  const ids = server.workers.map(({ id }) => id).slice(-missing)
  if (ids.length < missing)
    throw new OperationError(
      server.workers.length === 0
        ? t('{0} has no worker to remove', server.name)
        : t('{0} has only {1} to remove', server.name, server.workers.length),
      t('see its workers in fleet.yaml'),
    )
  return removeIds(document, fleet, server, ids)
}

/** A worker that is no longer in the file was removed by an earlier run: there may be something to finish. */
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
      t('no worker of fleet {0} taking calls would be left', fleet.name),
      staying.length > 0 ? t('bring one of the others back first: undrain') : t('add one elsewhere first: add-worker'),
    )
  return editInTurn(
    document,
    ids.toReversed().map(id => now => removeFromFile(now, server.name, id)),
  )
}

/** It may have been removed before, or be a typo. */
function checkKnown(server: Server, { worker }: OperationArguments, leaving: readonly Worker[]): Checked {
  if (worker === undefined || leaving.length > 0) return allOf()
  const left = server.workers.length > 0 ? nameWorkers(server.workers) : t('no worker of {0}', server.name)
  return warning(t('{0} has no worker {1}; fleet.yaml has {2}', server.name, worker, left))
}
