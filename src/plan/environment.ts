import { t } from '@vscode/l10n'
import type { Server } from '../fleet/fleet'
import { allOf, type Checked, refusal, warning } from './checks'
import { reachableServer } from './observed-worker'
import type { Situation } from './operation'
import type { Step } from './plan'
import { workersValue } from './workers-variable'

/** Keeps the variable that says how many workers a server has; no step if it is right already. */
export function setWorkersVariable({ fleet, observed }: Situation, server: Server): readonly Step[] {
  const before = reachableServer(observed, server.name)?.environment.workers
  return setVariable(fleet.service.envFile, server, fleet.service.workersVariable, workersValue(server, before), before)
}

/** Sets how many calls a worker takes, from its next start on; no step if that is set already. */
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
    title: t('Set {0}={1} on {2}', variable, value, server.name),
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
    t(
      '{0} is {1} on {2}, and fleet.yaml says {3}: set-calls changes it',
      fleet.service.maxCallsVariable,
      set,
      server.name,
      server.maxConcurrentCalls,
    ),
  )
}

/** Whether the file to set variables in exists, if any of these steps sets one. It holds more than these, so we cannot create it. */
export function checkEnvironmentFile({ fleet, observed }: Situation, server: Server, steps: readonly Step[]): Checked {
  const { envFile } = fleet.service
  const exists = reachableServer(observed, server.name)?.environment.exists
  if (exists !== false || !steps.some(step => step.kind === 'set-variable')) return allOf()
  return refusal(
    t('{0} has no file {1}', server.name, envFile),
    t('correct service.env_file in fleet.yaml, or create the file on {0} as on another server', server.name),
  )
}
