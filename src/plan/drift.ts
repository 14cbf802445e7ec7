import { environmentDrift } from './drift/environment'
import { firewallDrift } from './drift/firewall'
import { loadBalancerDrift } from './drift/load-balancer'
import { machineDrift } from './drift/machine'
import { upstreamDrift } from './drift/upstream'
import { workerDrift } from './drift/worker'
import type { Situation } from './operation'
import type { OperationCall } from './operation-call'

/** Something on the servers that differs from fleet.yaml. */
export interface Drift {
  /** The server of the fleet that it is about; undefined for nginx. */
  readonly server?: string
  readonly worker?: number
  /** A sentence without a full stop that names what is and what should be. */
  readonly message: string
  /** The operation that fixes it; undefined if only a person can. */
  readonly mend?: OperationCall
}

/** Every kind of drift, each found independently. */
const kinds: readonly ((situation: Situation) => readonly Drift[])[] = [
  machineDrift,
  loadBalancerDrift,
  upstreamDrift,
  environmentDrift,
  workerDrift,
  firewallDrift,
]

/** Everything that differs between fleet.yaml and the servers, as far as they could be asked. Empty if nothing differs. */
export function findDrift(situation: Situation): readonly Drift[] {
  return kinds.flatMap(find => find(situation))
}
