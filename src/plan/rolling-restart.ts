import type { Fleet } from '../fleet/fleet'
import type { Operation, OperationArguments } from './operation'
import { planRollout } from './rollout'
import { serverMeant, workersMeant } from './select'
import { nameWorkers } from './worker-names'

/** Restarts workers batch by batch, each drained first, so that no call is dropped and new calls always find a worker. */
export const rollingRestart: Operation = {
  name: 'rolling-restart',
  title: 'Rolling Restart…',
  icon: 'debug-rerun',
  danger: 'disruptive',
  offeredOn: ['load-balancer', 'server', 'worker'],
  inputs: [
    { name: 'server', required: false, prompt: 'The server whose workers to restart; all servers if none is given' },
    { name: 'worker', required: false, prompt: 'The worker to restart; all of the server if none is given' },
  ],
  plan: (situation, given) => ({
    operation: 'rolling-restart',
    fleet: situation.fleet.name,
    title: `Rolling restart of ${whatOf(situation.fleet, given)}`,
    ...planRollout(situation, workersMeant(situation.fleet, given), 'required'),
  }),
}

function whatOf(fleet: Fleet, given: OperationArguments): string {
  if (given.worker !== undefined) return nameWorkers([{ server: serverMeant(fleet, given).name, id: given.worker }])
  return given.server ?? `fleet ${fleet.name}`
}
