import type { Machine, Worker } from '../fleet/fleet'
import { askHealth } from '../observe/ask-health'
import type { WorkerTarget } from '../plan/plan'
import { ApplyError } from './apply-error'
import type { ApplyOptions } from './apply-plan'
import type { Clock } from './clock'
import type { Lock } from './lock'
import { Progress } from './progress'
import type { StepContext } from './step-context'

/** What the steps of one run are carried out with. */
export function createStepContext(options: ApplyOptions, clock: Clock, lock: Lock): StepContext {
  const { fleet, connections, onEvent } = options
  const progress = new Progress()
  const never = new AbortController().signal

  const machineNamed = (name: string): Machine => {
    const { machine } = fleet.loadBalancer
    const found = machine.name === name ? machine : fleet.servers.find(server => server.name === name)
    if (!found) throw new ApplyError(name, `the fleet ${fleet.name} has no machine ${name}`)
    return found
  }
  const workerOf = (target: WorkerTarget): Worker => {
    const server = fleet.servers.find(({ name }) => name === target.server)
    const found = server?.workers.find(({ id }) => id === target.id)
    if (!found) throw new ApplyError(target.server, `the fleet ${fleet.name} has no worker ${target.id} of ${target.server}`)
    return found
  }

  return {
    fleet,
    clock,
    progress,
    token: lock.token,
    cancel: AbortSignal.any([options.signal, lock.lost]),
    abandon: AbortSignal.any([options.abandon ?? never, lock.lost]),
    holdsLock: machine => lock.holds(machine),
    to: async machine => connections.to(machineNamed(machine)),
    async health(worker, { timeoutMilliseconds, signal }) {
    },
    async isRunning(worker) {
    },
    say: (server, line) => onEvent({ kind: 'output', server, line }),
  }
}
