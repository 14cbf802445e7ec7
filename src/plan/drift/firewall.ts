import { t } from '@vscode/l10n'
import type { Server } from '../../fleet/fleet'
import type { Drift } from '../drift'
import { isAsWanted, sayRules, wantedRules } from '../firewall'
import { reachableServer } from '../observed-worker'
import type { Situation } from '../operation'

/** Which addresses may reach the workers' ports of each server: our own firewall rules, and nobody else's. */
export function firewallDrift(situation: Situation): readonly Drift[] {
  return situation.fleet.servers.flatMap(server => driftOf(situation, server))
}

function driftOf(situation: Situation, server: Server): readonly Drift[] {
  const { name } = server
  const found = reachableServer(situation.observed, name)?.firewall
  // Without the load balancer's answer its source addresses are unknown.
  if (!found || !situation.observed.loadBalancer.reachable) return []
  const mend = { operation: 'apply', given: { server: name } }
  const wanted = wantedRules(situation, server)
  const is = found.own.map(sayRules).join('; ')
  if (!wanted) {
    if (found.own.length === 0) return []
    return [{ server: name, message: t('{0} has firewall rules ({1}), and fleet.yaml wants none', name, is), mend }]
  }
  if (isAsWanted(found, wanted)) return []
  const message =
    found.own.length === 0
      ? t("the workers' ports of {0} are open to everyone, and fleet.yaml says {1}", name, sayRules(wanted))
      : t('{0} has {1}, and fleet.yaml says {2}', name, is, sayRules(wanted))
  return [{ server: name, message, mend }]
}
