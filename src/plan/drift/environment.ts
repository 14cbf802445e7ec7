import { t } from '@vscode/l10n'
import { ownVariables } from '../../fleet/own-variables'
import type { Drift } from '../drift'
import { reachableServer } from '../observed-worker'
import type { Situation } from '../operation'
import { isCount, workersValue } from '../workers-variable'

/** The two variables of each server's .env file, and the one that it must not set. */
export function environmentDrift({ fleet, observed }: Situation): readonly Drift[] {
  const { envFile, maxCallsVariable, workersVariable } = fleet.service
  return fleet.servers.flatMap((server): readonly Drift[] => {
    const found = reachableServer(observed, server.name)?.environment
    if (!found) return []
    if (found.unreadable !== undefined)
      return [
        {
          server: server.name,
          message: t('{0} does not show what {1} says: {2}', server.name, envFile, found.unreadable),
        },
      ]
    const workers = workersValue(server, found.workers)
    const calls = String(server.maxConcurrentCalls)
    const says = (variable: string, is: string | undefined, wanted: string) =>
      is === undefined
        ? t('{0} has {1} not set in {2}, and fleet.yaml says {3}', server.name, variable, envFile, wanted)
        : sayOther(is, [server.name, variable, is, envFile, wanted])
    return [
      ...(found.workers === workers
        ? []
        : [
            {
              server: server.name,
              message: says(workersVariable, found.workers, workers),
              mend: { operation: 'apply', given: { server: server.name } },
            },
          ]),
      ...(found.maxCalls === undefined || found.maxCalls === calls
        ? []
        : [
            {
              server: server.name,
              message: says(maxCallsVariable, found.maxCalls, calls),
              mend: { operation: 'set-calls', given: { server: server.name, calls: server.maxConcurrentCalls } },
            },
          ]),
      ...(found.setsPort
        ? [
            {
              server: server.name,
              message: t(
                '{0} sets {1} in {2}, which gives every worker the same port: remove that line, then restart its workers',
                server.name,
                String(ownVariables(fleet.service)?.port),
                envFile,
              ),
            },
          ]
        : []),
    ]
  })
}

/** The value, and why systemd may not read it as a number. */
function sayOther(is: string, known: readonly [string, string, string, string, string]): string {
  if (isCount(is)) return t('{0} has {1}={2} in {3}, and fleet.yaml says {4}', ...known)
  return is.includes('#')
    ? t(
        '{0} has {1}={2} in {3}, which systemd does not read as a number, because a comment cannot follow a value; fleet.yaml says {4}',
        ...known,
      )
    : t('{0} has {1}={2} in {3}, which is not a number; fleet.yaml says {4}', ...known)
}
