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
  const machineNamed = (name: string): Machine => {
    const { machine } = fleet.loadBalancer
    const found = machine.name === name ? machine : fleet.servers.find(server => server.name === name)
    if (!found) throw new ApplyError(name, `fleet ${fleet.name} has no machine ${name}`)
    return found
  }
  const to = async (machine: string) => connections.to(machineNamed(machine))

  const context: StepContext = {
    fleet,
    clock,
    cancel: AbortSignal.any([options.signal, lock.lost]),
    abandon: AbortSignal.any([options.abandon ?? new AbortController().signal, lock.lost]),
    progress: new Progress(),
    token: lock.token,
    to,
  }
  return context
}
