import { t } from '@vscode/l10n'
import { fleetCapacity } from '../../fleet/capacity'
import type { Server } from '../../fleet/fleet'
import { runsOf } from '../../fleet/runs'
import { counted, sentences } from '../../fleet/words'

/** `4 workers, 20 calls at a time`, of some servers together. */
export function capacityOf(servers: readonly Server[]): { readonly workers: number; readonly calls: number } {
  return {
    workers: servers.reduce((sum, server) => sum + server.workers.length, 0),
    calls: fleetCapacity({ servers }),
  }
}

/** The sum of a server's calls, and how it is reached: `4 workers × 5 calls = 20 calls`, and what its cores can carry. */
export function capacitySum(server: Server, callsPerCore: number): string {
  const { calls } = capacityOf([server])
  const sum = t(
    '{0} × {1} = {2} at a time.',
    counted(server.workers.length, 'worker'),
    counted(server.maxConcurrentCalls, 'call'),
    counted(calls, 'call'),
  )
  if (server.cores === undefined) return sum
  const carried = Math.floor(server.cores * callsPerCore)
  return sentences(
    sum,
    t('{0} × {1} = {2} is what its cores carry.', counted(server.cores, 'core'), callsPerCore, carried),
  )
}

/** Where a server's workers listen: `:8001–8004`, or their sockets. */
export function endpointsOf({ workers }: Server): string {
  const [first, last] = [workers[0]?.endpoint, workers.at(-1)?.endpoint]
  if (!first || !last) return ''
  if (first.kind === 'socket' || last.kind === 'socket') {
    const paths = workers.map(({ endpoint }) => (endpoint.kind === 'socket' ? endpoint.path : ''))
    return paths.length === 1 ? (paths[0] ?? '') : `${paths[0]} … ${paths.at(-1)?.split('/').at(-1)}`
  }
  return runsOf(workers.map(({ endpoint }) => (endpoint.kind === 'port' ? endpoint.port : 0)))
    .map(([from, to]) => (from === to ? `:${from}` : `:${from}–${to}`))
    .join(', ')
}
