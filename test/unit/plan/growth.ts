import { parseFleetDocument } from '../../../src/fleet/document'
import type { Observed, ObservedEquipment, ObservedVoxbridge } from '../../../src/fleet/observed'
import { applyTextEdits } from '../../../src/fleet/text'
import { renderUpstream } from '../../../src/nginx/render'
import { addServer } from '../../../src/plan/add-server'
import type { OperationArguments } from '../../../src/plan/operation'
import type { Plan } from '../../../src/plan/plan'
import { bare, equipped } from './equipment'
import { type Differences, fixture, fleetOf, observedAs } from './situation'

/** What a new server and the one that it is made from are found to have. */
export interface Growing {
  readonly own?: ObservedEquipment
  readonly source?: ObservedEquipment
  readonly voxbridge?: ObservedVoxbridge
  readonly yaml?: string
  /** How the servers are other than the file says; the new one's workers are unheard of unless it says more. */
  readonly differences?: Differences
}

/** The plan of add-server, as `prepare` makes it. */
export function growth(given: OperationArguments, growing: Growing = {}): Plan {
  const { own = bare, source = equipped, voxbridge, yaml = fixture('growing.fleet.yaml'), differences } = growing
  const name = given.server ?? ''
  const inquired = { equipment: { [name]: own, [given.from ?? 'core-2']: source }, ...(voxbridge ? { voxbridge } : {}) }
  const live = fixture('growing.conf')
  const before = fleetOf(yaml)
  const seen: Observed = { ...observedAs(before, live, differences), ...inquired }
  const edits = addServer.edit?.(parseFleetDocument(yaml), before, given, seen) ?? []
  const fleet = fleetOf(applyTextEdits(yaml, edits))
  const environment = { exists: own.reachable && own.environment === 'file', setsPort: false }
  const isThere = own.reachable && own.environment === 'file'
  const observed = observedAs(fleet, live, {
    workers: Object.fromEntries(
      (fleet.servers.find(server => server.name === name)?.workers ?? []).map(({ id }) => [`${name}/${id}`, undefined]),
    ),
    ...(isThere ? {} : { servers: { [name]: { environment } } }),
    ...differences,
  })
  return {
    ...addServer.plan({ fleet, observed: { ...observed, ...inquired }, upstreamBlock: renderUpstream(fleet) }, given),
    edits,
  }
}
