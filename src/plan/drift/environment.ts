import { ownVariables } from '../../fleet/own-variables'
import type { Drift } from '../drift'
import { reachableServer } from '../observed-worker'
import type { Situation } from '../operation'
import { isCount, workersValue } from '../workers-variable'

/** The two variables of each server's .env file, and the one that must not be in it. */
export function environmentDrift({ fleet, observed }: Situation): readonly Drift[] {
  const { envFile, maxCallsVariable, workersVariable } = fleet.service
  return fleet.servers.flatMap((server): readonly Drift[] => {
    const found = reachableServer(observed, server.name)?.environment
    if (!found) return []
    if (found.unreadable !== undefined)
      return [
        { server: server.name, message: `${server.name} does not show what ${envFile} says: ${found.unreadable}` },
      ]
    const workers = workersValue(server, found.workers)
    const calls = String(server.maxConcurrentCalls)
    const says = (variable: string, is: string | undefined, wanted: string) =>
      `${server.name} has ${variable}${is === undefined ? ' not set' : `=${is}`} in ${envFile}, ${is === undefined || isCount(is) ? '' : noNumber(is)}and fleet.yaml says ${wanted}`
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
              message: `${server.name} sets ${ownVariables(fleet.service)?.port} in ${envFile}, which gives every worker the same port: remove that line, then restart its workers`,
            },
          ]
        : []),
    ]
  })
}

const noNumber = (value: string): string =>
  value.includes('#')
    ? 'which is no number to systemd, since a comment may not stand behind a value, '
    : 'which is no number, '
