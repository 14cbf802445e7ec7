import { setMaxConcurrentCalls } from '../fleet/edits'
import type { Server } from '../fleet/fleet'
import { allOf, type Checked, checkServers, warning } from './checks'
import { checkEnvironmentFile, setCallsVariable } from './environment'
import { observedWorker, reachableServer } from './observed-worker'
import { type Operation, OperationError, type Situation } from './operation'
import { planRollout, type Stretch } from './rollout'
import { serverMeant } from './select'

/** Changes how many calls each worker of a server takes: in fleet.yaml, in .env, and by the restart that makes workers read it. */
export const setCalls: Operation = {
  name: 'set-calls',
  title: 'Set Calls per Worker…',
  icon: 'dashboard',
  danger: 'disruptive',
  offeredOn: ['server'],
  inputs: [
    { name: 'server', required: true, prompt: 'The server whose workers are to take more or fewer calls' },
    { name: 'calls', required: true, prompt: 'How many calls each worker takes at once' },
  ],
  edit: (document, fleet, given) => {
    const server = serverMeant(fleet, given)
    const calls = given.calls
    if (calls === undefined || !Number.isInteger(calls) || calls < 1)
      throw new OperationError('how many calls a worker takes is not given', 'give --calls, a whole number above 0')
    return server.maxConcurrentCalls === calls ? [] : setMaxConcurrentCalls(document, server.name, calls)
  },
  plan: (situation, given) => {
    const server = serverMeant(situation.fleet, given)
    const { steps, ...checked } = planCalls(situation, server)
    return {
      operation: 'set-calls',
      fleet: situation.fleet.name,
      title: `Let each worker of ${server.name} take ${server.maxConcurrentCalls} calls`,
      steps,
      ...checked,
    }
  },
}

/** Sets the variable, and restarts the workers that have read another value. No steps if all of them take as many already. */
export function planCalls(situation: Situation, server: Server): Stretch {
  const { observed } = situation
  const outdated = server.workers.filter(worker => {
    const health = observedWorker(observed, worker)?.health
    return health?.kind === 'ok' && health.max !== worker.maxConcurrentCalls
  })
  // A variable that is not set stands for VoxCore's own default: it is written only if that is not what is wanted.
  const unset = reachableServer(observed, server.name)?.environment.maxCalls === undefined
  const sets = unset && outdated.length === 0 ? [] : setCallsVariable(situation, server)
  const checked = allOf(
    checkServers(situation, [server]),
    checkEnvironmentFile(situation, server, sets),
    checkCores(situation, server),
  )
  if (checked.refusals.length > 0 || outdated.length === 0)
    return { ...checked, steps: checked.refusals.length > 0 ? [] : sets }
  const rollout = planRollout(situation, outdated, 'warned-about')
  return { ...allOf(checked, rollout), steps: rollout.refusals.length > 0 ? [] : [...sets, ...rollout.steps] }
}

/** About so many calls a core, by VoxCore's own rule: above it the audio of all of them degrades. */
function checkCores({ fleet, observed }: Situation, server: Server): Checked {
  const cores = reachableServer(observed, server.name)?.cores
  const calls = server.workers.length * server.maxConcurrentCalls
  const { callsPerCore } = fleet.service
  if (cores === undefined || calls <= cores * callsPerCore) return allOf()
  return warning(
    `${server.name} has ${cores} cores, good for ${cores * callsPerCore} calls at ${callsPerCore} a core, and its workers would take ${calls}: audio may degrade`,
  )
}
