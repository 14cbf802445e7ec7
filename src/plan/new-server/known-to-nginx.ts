import { t } from '@vscode/l10n'
import type { Fleet } from '../../fleet/fleet'
import type { Observed, ServerEquipment } from '../../fleet/observed'
import { upstreamAddressOf } from '../../fleet/resolve'
import { listOf } from '../../fleet/words'
import { normalAddress } from '../../nginx/address'
import { liveUpstream } from '../live-upstream'
import { OperationRefused } from '../operation'

/** A server that fleet.yaml does not have yet, with workers 1 to `workers`. */
export interface Newcomer {
  readonly name: string
  /** The address at which nginx would reach it. */
  readonly address: string
  readonly workers: number
}

/**
 * Throws OperationRefused if nginx already has a line for a worker that the new server does not have: it would get calls before
 * it is known to be healthy and reachable. A worker that listens there already only has to be added to the file.
 */
export function refuseKnownToNginx(fleet: Fleet, newcomer: Newcomer, own: ServerEquipment, observed: Observed): void {
  const live = liveUpstream(fleet, observed)
  const { endpoint } = fleet.service
  if (live.kind !== 'found' || endpoint.kind !== 'port') return
  const ports = Array.from({ length: newcomer.workers }, (_, index) => endpoint.port + index + 1)
  const known = ports
    .filter(port => !own.listening.some(one => one.port === port))
    .map(port => upstreamAddressOf(newcomer.address, { kind: 'port', port }))
    .filter(address => live.lines.has(normalAddress(address)))
  if (known.length === 0) return
  const { machine, upstream, file } = fleet.loadBalancer
  throw new OperationRefused(
    t(
      'nginx on {0} has {1} in upstream {2} already, and nothing listens there on {3}: nginx would send it calls before its health has been checked',
      machine.name,
      listOf(known),
      upstream,
      newcomer.name,
    ),
    known.length === 1
      ? t(
          "give the address that is {0}'s own, or take the line out of {1} first: reload does, since fleet.yaml has no such server",
          newcomer.name,
          file,
        )
      : t(
          "give the address that is {0}'s own, or take the lines out of {1} first: reload does, since fleet.yaml has no such server",
          newcomer.name,
          file,
        ),
  )
}
