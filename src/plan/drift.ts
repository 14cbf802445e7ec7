import { environmentDrift } from './drift/environment'
import { firewallDrift } from './drift/firewall'
import { loadBalancerDrift } from './drift/load-balancer'
import { machineDrift } from './drift/machine'
import { upstreamDrift } from './drift/upstream'
import { workerDrift } from './drift/worker'
import type { Situation } from './operation'
import type { OperationCall } from './operation-call'

/** Something on the servers that is not as fleet.yaml says. */
export interface Drift {
  /** The server of the fleet that it is about; undefined for nginx. */
  readonly server?: string
  readonly worker?: number
  /** A sentence without a full stop, which names what is and what should be. */
  readonly message: string
  /** The operation that mends it; undefined where only a person can. */
  readonly mend?: OperationCall
}

/** Every kind of drift, each found by itself. */
const kinds: readonly ((situation: Situation) => readonly Drift[])[] = [
  machineDrift,
  loadBalancerDrift,
  upstreamDrift,
  environmentDrift,
  workerDrift,
  firewallDrift,
]

/** Everything that differs between fleet.yaml and the servers, as far as they could be asked. Empty: as the file says. */
export function findDrift(situation: Situation): readonly Drift[] {
  return kinds.flatMap(find => find(situation))
}
