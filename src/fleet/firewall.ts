import { addressKind, plainAddress } from './addresses'
import type { Fleet, Server } from './fleet'

/** The ports of a server's workers, ascending, as `8001-8004` where several follow each other. Empty for workers on sockets. */
export function workerPorts({ workers }: Pick<Server, 'workers'>): readonly string[] {
  const ports = workers.flatMap(({ endpoint }) => (endpoint.kind === 'port' ? [endpoint.port] : []))
  const runs: number[][] = []
  for (const port of ports.toSorted((a, b) => a - b)) {
    const run = runs.at(-1)
    if (run?.at(-1) === port - 1) run.push(port)
    else runs.push([port])
  }
  return runs.map(run => (run.length > 1 ? `${run[0]}-${run.at(-1)}` : String(run[0])))
}

/** The address of a server as the load balancer is asked for its way there: a name, or an IP address without brackets. */
export function routedAddress({ address }: Pick<Server, 'address'>): string {
  return addressKind(address) === 'ipv6' ? address.replace(/^\[|\]$/g, '') : plainAddress(address)
}

/** The servers' addresses of which a firewall must know from where the load balancer comes: not of the load balancer itself. */
export function routedAddresses({ firewall, loadBalancer, servers }: Fleet): readonly string[] {
  if (firewall.tool === 'none') return []
  const others = servers.filter(server => server.name !== loadBalancer.server && workerPorts(server).length > 0)
  return [...new Set(others.map(routedAddress))]
}
