import type { Server } from '../fleet/fleet'
import { allOf, type Checked, refusal, warning } from './checks'
import { reachableServer } from './observed-worker'
import type { Situation } from './operation'
import type { Step } from './plan'
import { workersValue } from './workers-variable'

/** Keeps the variable that says how many workers a server has; no step if it says so already. */
export function setWorkersVariable({ fleet, observed }: Situation, server: Server): readonly Step[] {
  const before = reachableServer(observed, server.name)?.environment.workers
  return setVariable(fleet.service.envFile, server, fleet.service.workersVariable, workersValue(server, before), before)
}

/** Sets how many calls a worker takes, from its next start on; no step if it is set so already. */
export function setCallsVariable({ fleet, observed }: Situation, server: Server): readonly Step[] {
  const before = reachableServer(observed, server.name)?.environment.maxCalls
  return setVariable(
    fleet.service.envFile,
    server,
    fleet.service.maxCallsVariable,
    String(server.maxConcurrentCalls),
    before,
  )
}

function setVariable(
  file: string,
  server: Server,
  variable: string,
  value: string,
  before: string | undefined,
): readonly Step[] {
  if (before === value) return []
  const step = {
    kind: 'set-variable',
    server: server.name,
    title: `Set ${variable}=${value} on ${server.name}`,
    file,
    variable,
    value,
  } as const
  return [before === undefined ? step : { ...step, before }]
}

/** Whether workers that start now would take as many calls as fleet.yaml says. An unset variable is VoxCore's own default: no warning. */
export function checkCalls({ fleet, observed }: Situation, server: Server): Checked {
  const set = reachableServer(observed, server.name)?.environment.maxCalls
  if (set === undefined || set === String(server.maxConcurrentCalls)) return allOf()
  return warning(
    `${fleet.service.maxCallsVariable} is ${set} on ${server.name}, and fleet.yaml says ${server.maxConcurrentCalls}: set-calls changes it`,
  )
}

/** Whether there is a file to set variables in, if any of these steps sets one. It holds more than those: nobody else could make it. */
export function checkEnvironmentFile({ fleet, observed }: Situation, server: Server, steps: readonly Step[]): Checked {
  const { envFile } = fleet.service
  const exists = reachableServer(observed, server.name)?.environment.exists
  if (exists !== false || !steps.some(step => step.kind === 'set-variable')) return allOf()
  return refusal(
    `${server.name} has no file ${envFile}`,
    `correct service.env_file in fleet.yaml, or make the file on ${server.name} as it is on another server`,
  )
}
