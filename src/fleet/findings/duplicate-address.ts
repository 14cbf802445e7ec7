import { t } from '@vscode/l10n'
import { isLoopback, plainAddress } from '../addresses'
import type { Server, Worker } from '../fleet'
import { sentences } from '../words'
import { type FindingRule, rangeNear } from './rule'

/** Two lines of the upstream with the same address: nginx would send the calls of both to the same worker. */
export const duplicateAddress: FindingRule = {
  code: 'duplicate-address',
  severity: 'error',
  *find({ document, fleet }) {
    const first = new Map<string, Worker>()
    const said = new Set<string>()
    // A loopback address on another server is a finding of its own, and the cause of this one.
    const reachable = fleet.servers.filter(
      ({ name, address }) => name === fleet.loadBalancer.server || !isLoopback(address),
    )
    for (const { server, worker } of reachable.flatMap(server => server.workers.map(worker => ({ server, worker })))) {
      const other = first.get(placeOf(server, worker))
      if (!other) {
        first.set(placeOf(server, worker), worker)
        continue
      }
      // Two servers with the same address share it for every worker: report it once.
      if (said.has(worker.server)) continue
      said.add(worker.server)
      const place = (name: string) =>
        rangeNear(document, [
          'servers',
          name,
          document.rangeOf(['servers', name, 'address'], 'value') ? 'address' : 'host',
        ])
      yield {
        range: place(worker.server),
        message: messageFor(worker, other),
        related:
          other.server === worker.server
            ? []
            : [{ range: place(other.server), message: t('{0} has this address too', other.server) }],
      }
    }
  },
}

/** Where nginx would connect to: addresses can be written in several ways. */
function placeOf({ address }: Server, { endpoint, upstreamAddress }: Worker): string {
  return endpoint.kind === 'port' && !upstreamAddress.startsWith('unix:')
    ? `${plainAddress(address)} ${endpoint.port}`
    : upstreamAddress
}

function messageFor(worker: Worker, other: Worker): string {
  const both = t(
    'Worker {0} of {1} and worker {2} of {3} are both {4} to nginx.',
    worker.id,
    worker.server,
    other.id,
    other.server,
    worker.upstreamAddress,
  )
  if (worker.endpoint.kind === 'socket')
    return sentences(both, t("A unix socket is on nginx's own machine: use ports for a fleet of several machines."))
  if (worker.server === other.server)
    return sentences(
      both,
      t('A socket is one worker\'s: give an address without a path, or "service.socket" with %i in it.'),
    )
  return sentences(both, t('Give {0} an "address" of its own.', worker.server))
}
