import type { Fleet } from '../fleet/fleet'
import { canonicalNetwork, distinctNetworks, networksOf } from '../fleet/networks'
import type { Observed } from '../fleet/observed'
import { balancerSources } from '../plan/firewall'
import { reachableServer } from '../plan/observed-worker'

/** Who besides the load balancer may reach the workers' ports by the rules that Fleet Ops set up on these servers: `firewall.allow_from`. */
export function allowedBeside(fleet: Fleet, observed: Observed): readonly string[] {
  return distinctNetworks(
    fleet.servers.flatMap(server => {
      const rules = reachableServer(observed, server.name)?.firewall?.own ?? []
      const balancer = balancerSources({ fleet, observed }, server).map(canonicalNetwork)
      return rules.flatMap(({ sources }) => sources.flatMap(networksOf)).filter(source => !balancer.includes(source))
    }),
  )
}
