import { t } from '@vscode/l10n'
import { setMaxConcurrentCalls } from '../fleet/edits'
import { overCores } from '../fleet/findings/server-over-cores'
import type { Fleet, Server, Worker } from '../fleet/fleet'
import type { Observed } from '../fleet/observed'
import { counted } from '../fleet/words'
import { allOf, type Checked, checkServers, warning } from './checks'
import { checkEnvironmentFile, setCallsVariable } from './environment'
import { observedWorker, reachableServer } from './observed-worker'
import { type Operation, type OperationArguments, OperationError, type Situation } from './operation'
import type { Step } from './plan'
import { planRollout, type Stretch } from './rollout'
import { serverNamed } from './select'

/**
 * Changes how many calls each worker of a server or of the fleet takes: in fleet.yaml, in .env, and by the restart that makes
 * workers read it.
 */
export const setCalls: Operation = {
  name: 'set-calls',
  title: () => t('Set Calls per Worker…'),
  icon: 'dashboard',
  danger: 'disruptive',
  offeredOn: ['load-balancer', 'server'],
  inputs: [
    {
      name: 'server',
      required: false,
      prompt: () => t('The server whose workers are to take more or fewer calls; all servers if none is given'),
    },
    { name: 'calls', required: true, prompt: () => t('How many calls each worker takes at once') },
  ],
  edit: (document, fleet, given) => {
    const servers = serversMeant(fleet, given)
    const { calls } = given
    if (calls === undefined || !Number.isInteger(calls) || calls < 1)
      throw new OperationError(
        t('the number of calls per worker is missing'),
        t('give --calls, a whole number above 0'),
      )
    return servers.every(server => server.maxConcurrentCalls === calls)
      ? []
      : setMaxConcurrentCalls(document, given.server, calls)
  },
  plan: (situation, given) => {
    const { fleet } = situation
    const { steps, ...checked } = planCalls(situation, serversMeant(fleet, given))
    return {
      operation: 'set-calls',
      fleet: fleet.name,
      title: t(
        'Let each worker of {0} take {1}',
        given.server ?? t('fleet {0}', fleet.name),
        counted(given.calls ?? 0, 'call'),
      ),
      steps,
      ...checked,
    }
  },
}

const serversMeant = (fleet: Fleet, { server }: OperationArguments): readonly Server[] =>
  server === undefined ? fleet.servers : [serverNamed(fleet, server)]

/** The variables first, on every server, so that a worker that dies meanwhile comes back with the new value; then the restarts. */
function planCalls(situation: Situation, servers: readonly Server[]): Stretch {
  const sets = planCallsVariable(situation, servers)
  const restarts = planOutdated(situation, servers)
  const checked = allOf(checkServers(situation, servers), sets, restarts)
  return { ...checked, steps: checked.refusals.length > 0 ? [] : [...sets.steps, ...restarts.steps] }
}

/** Sets how many calls the workers of these servers take from their next start on, and warns where there are too few cores. */
export function planCallsVariable(situation: Situation, servers: readonly Server[]): Stretch {
  const steps = servers.flatMap(server => setsOf(situation, server))
  const checks = servers.flatMap(server => [
    checkEnvironmentFile(situation, server, setsOf(situation, server)),
    checkCores(situation, server),
  ])
  return { ...allOf(...checks), steps }
}

/** Restarts the workers that have read a different value, as one rollout over all servers. No steps if there are none. */
export function planOutdated(situation: Situation, servers: readonly Server[]): Stretch {
  const outdated = servers.flatMap(server => outdatedWorkers(situation.observed, server))
  return outdated.length === 0 ? { ...allOf(), steps: [] } : planRollout(situation, outdated, 'asked-about')
}

function outdatedWorkers(observed: Observed, { workers }: Server): readonly Worker[] {
  return workers.filter(worker => ![undefined, worker.maxConcurrentCalls].includes(takes(observed, worker)))
}

/** An unset variable means VoxCore's own default: it is written unless every worker reports that default to be the wanted value. */
function setsOf(situation: Situation, server: Server): readonly Step[] {
  const { observed } = situation
  const unset = reachableServer(observed, server.name)?.environment.maxCalls === undefined
  const isDefault = unset && server.workers.every(worker => takes(observed, worker) === worker.maxConcurrentCalls)
  return isDefault ? [] : setCallsVariable(situation, server)
}

/** How many calls a worker reports that it takes; undefined if it does not. */
function takes(observed: Observed, worker: Worker): number | undefined {
  const health = observedWorker(observed, worker)?.health
  return health?.kind === 'ok' ? health.max : undefined
}

/** By the server's actual cores, and in the words of the finding, so that duplicates are dropped. */
export function checkCores({ fleet, observed }: Situation, server: Server): Checked {
  const cores = reachableServer(observed, server.name)?.cores
  const over = cores === undefined ? undefined : overCores({ ...server, cores }, fleet.service.callsPerCore)
  return over ? warning(over.message) : allOf()
}
