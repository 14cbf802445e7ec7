import { addressKind, plainAddress } from './addresses'
import type { Fleet, Server } from './fleet'
import { runsOf } from './runs'

/** The ports of a server's workers, ascending, as `8001-8004` where several follow each other. Empty for workers on sockets. */
export function workerPorts({ workers }: Pick<Server, 'workers'>): readonly string[] {
  const ports = workers.flatMap(({ endpoint }) => (endpoint.kind === 'port' ? [endpoint.port] : []))
  return runsOf(ports).map(([first, last]) => (first === last ? String(first) : `${first}-${last}`))
}

/** The address of a server, for asking the load balancer for its route to it: a name, or an IP address without brackets. */
export function routedAddress({ address }: Pick<Server, 'address'>): string {
  return addressKind(address) === 'ipv6' ? address.replace(/^\[|\]$/g, '') : plainAddress(address)
}

/** The addresses of the servers whose firewall must know the load balancer's source address: all but the load balancer's own. */
export function routedAddresses({ firewall, loadBalancer, servers }: Fleet): readonly string[] {
  if (firewall.tool === 'none') return []
  const others = servers.filter(server => server.name !== loadBalancer.server && workerPorts(server).length > 0)
  return [...new Set(others.map(routedAddress))]
}
