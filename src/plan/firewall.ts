import { t } from '@vscode/l10n'
import { routedAddress, workerPorts } from '../fleet/firewall'
import type { Server } from '../fleet/fleet'
import { distinctNetworks, isSameCoverage } from '../fleet/networks'
import type { ObservedFirewall, ObservedRules } from '../fleet/observed'
import { listOf } from '../fleet/words'
import { allOf, type Checked, refusal, warning } from './checks'
import { reachableServer } from './observed-worker'
import type { Situation } from './operation'
import type { SetFirewallStep, Step } from './plan'
import type { Stretch } from './rollout'

/** Which addresses may open connections to which ports of a server, according to fleet.yaml. */
export interface WantedRules {
  readonly tool: 'nftables' | 'ufw'
  readonly ports: readonly string[]
  readonly sources: readonly string[]
}

/**
 * Closes the workers' ports of these servers to all but the load balancer and `firewall.allow_from`: the steps that are still needed,
 * at most one per server. They go before nginx gets new workers, so that no port is open to everybody even for a moment, and
 * admit the load balancer before it connects. If fleet.yaml has no firewall, or the workers are on sockets, existing rules of ours
 * are removed. A refusal means a server that its own load balancer could no longer reach, or whose tool is not
 * ready for it.
 */
export function planFirewall(situation: Situation, servers: readonly Server[]): Stretch {
  const stretches = servers.map((server): Stretch => {
    const found = reachableServer(situation.observed, server.name)?.firewall
    const wanted = wantedRules(situation, server)
    if (!wanted) return { ...allOf(), steps: found ? closeFirewall(situation, server) : [] }
    const { loadBalancer } = situation.observed
    if (!loadBalancer.reachable)
      return {
        ...refusal(
          t('{0} cannot be reached: {1}', situation.fleet.loadBalancer.machine.name, loadBalancer.message),
          loadBalancer.remedy,
        ),
        steps: [],
      }
    const checked = checkRules(situation, server, wanted, found)
    const isSo = found !== undefined && isAsWanted(found, wanted)
    return {
      ...checked,
      steps:
        isSo || checked.refusals.length > 0
          ? []
          : [setStep(server, wanted, found, server.name === situation.fleet.loadBalancer.server)],
    }
  })
  return { ...allOf(...stretches), steps: stretches.flatMap(({ steps }) => steps) }
}

/** Removes our rules from a server, whichever tool has them: one step, or none if there are none. */
export function closeFirewall({ observed }: Situation, server: Pick<Server, 'name'>): readonly Step[] {
  const own = reachableServer(observed, server.name)?.firewall?.own ?? []
  if (own.length === 0) return []
  const title = t('Remove the firewall rules from {0}', server.name)
  return [{ kind: 'set-firewall', server: server.name, title, tool: 'none', ports: [], sources: [], before: own }]
}

/** The wanted firewall of a server; undefined for none. The load balancer reaches its own workers over its loopback. */
export function wantedRules({ fleet, observed }: Situation, server: Server): WantedRules | undefined {
  const { tool, allowFrom } = fleet.firewall
  const ports = workerPorts(server)
  if (tool === 'none' || ports.length === 0) return undefined
  return { tool, ports, sources: distinctNetworks([...balancerSources({ fleet, observed }, server), ...allowFrom]) }
}

/** The addresses from which the load balancer reaches a server; none for its own, which it reaches over its loopback. */
export function balancerSources(
  { fleet, observed }: Pick<Situation, 'fleet' | 'observed'>,
  server: Server,
): readonly string[] {
  if (server.name === fleet.loadBalancer.server || !observed.loadBalancer.reachable) return []
  return observed.loadBalancer.sources?.[routedAddress(server)] ?? []
}

/** Whether our rules are the wanted ones, in force, and no other tool has any. */
export function isAsWanted({ own }: ObservedFirewall, { tool, ports, sources }: WantedRules): boolean {
  const [only, ...more] = own
  return (
    only !== undefined &&
    more.length === 0 &&
    only.tool === tool &&
    only.state === 'whole' &&
    only.ports.toSorted().join() === ports.toSorted().join() &&
    isSameCoverage(only.sources, sources)
  )
}

function setStep(
  server: Server,
  wanted: WantedRules,
  found: ObservedFirewall | undefined,
  isBalancer: boolean,
): SetFirewallStep {
  const { tool, ports, sources } = wanted
  const itself = isBalancer || sources.length === 0 ? [t('{0} itself', server.name)] : []
  const reach = [listOf([...itself, ...sources]), listOf(ports), server.name] as const
  const title =
    ports.length === 1 && !ports[0]?.includes('-')
      ? t('Allow only {0} to reach port {1} of {2}', ...reach)
      : t('Allow only {0} to reach ports {1} of {2}', ...reach)
  return { kind: 'set-firewall', server: server.name, title, tool, ports, sources, before: found?.own ?? [] }
}

function checkRules(
  { fleet, observed }: Situation,
  server: Server,
  { tool, sources, ports }: WantedRules,
  found: ObservedFirewall | undefined,
): Checked {
  const { machine } = fleet.loadBalancer
  const everybody = sources.find(source => source.endsWith('/0'))
  const isBalancer = server.name === fleet.loadBalancer.server
  const unknown =
    !isBalancer && observed.loadBalancer.reachable && balancerSources({ fleet, observed }, server).length === 0
  return allOf(
    everybody
      ? refusal(
          t('firewall.allow_from has {0}, which allows everyone', everybody),
          t('name the addresses that may reach workers, or set firewall.tool to none'),
        )
      : allOf(),
    unknown ? balancerUnknown(machine.name, server, fleet.firewall.allowFrom) : allOf(),
    ports.some(range => holdsPort(range, server.ssh.port))
      ? refusal(
          t("port {0}, by which {1} is reached over ssh, is one of its workers'", String(server.ssh.port), server.name),
          t('correct service.port'),
        )
      : allOf(),
    found ? checkTool(server, tool, found) : allOf(),
  )
}

/** A firewall that shuts the load balancer out would end every call: without its address none is made. */
function balancerUnknown(balancer: string, server: Server, allowFrom: readonly string[]): Checked {
  const what = t('{0} cannot tell from which address it reaches {1} at {2}', balancer, server.name, server.address)
  if (allowFrom.length > 0)
    return warning(t('{0}: only firewall.allow_from can connect, so it must include {1}', what, balancer))
  return refusal(
    t('{0}, so the firewall would block it', what),
    t(
      'check that `getent ahosts {0}` and `ip route get` work on {1}, or list its address in firewall.allow_from',
      server.address,
      balancer,
    ),
  )
}

function holdsPort(range: string, port: number | undefined): boolean {
  const [first = 0, last = first] = range.split('-').map(Number)
  return port !== undefined && first <= port && port <= last
}

function checkTool({ name }: Server, tool: 'nftables' | 'ufw', { nftables, ufw }: ObservedFirewall): Checked {
  if (tool === 'nftables' && nftables === 'absent')
    return refusal(
      t('nftables is not installed on {0}', name),
      t('install nftables on {0}, or set firewall.tool to another', name),
    )
  if (tool === 'ufw' && ufw === 'absent')
    return refusal(
      t('ufw is not installed on {0}', name),
      t('install ufw on {0}, or set firewall.tool to another', name),
    )
  if (tool === 'ufw' && ufw === 'inactive-with-rules')
    return refusal(
      t('ufw is not enabled on {0}, and has rules that would take effect if it were', name),
      t('check on {0} with `ufw show added` that they allow ssh and nginx, then run `ufw enable`', name),
    )
  if (tool === 'ufw' && ufw === 'inactive')
    return warning(t("ufw is not enabled on {0}: it will be enabled, with all ports open except the workers'", name))
  return allOf()
}

/** Rules as a person reads them: `nftables: ports 8001-8004 from 10.0.0.1`. */
export function sayRules({
  tool,
  ports,
  sources,
  state,
}: Omit<ObservedRules, 'state'> & Partial<ObservedRules>): string {
  const condition = state === undefined || state === 'whole' ? '' : ` (${state})`
  const which = ports.length > 0 ? t('ports {0}', ports.join(', ')) : t('no port')
  const whose = sources.length > 0 ? sources.join(', ') : t('no others')
  return t('{0}: {1} from {2}', tool, which, whose) + condition
}
