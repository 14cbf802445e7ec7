import { isLoopback } from '../addresses'
import { removeEntry } from '../remove-entry'
import { type FindingRule, rangeNear } from './rule'

/** To nginx, loopback is nginx's own machine: on any other server it would lead to the wrong workers. */
export const loopbackAddress: FindingRule = {
  code: 'loopback-address',
  severity: 'error',
  *find({ document, fleet }) {
    // Where nginx runs is not known yet: unknown-server says so.
    if (fleet.loadBalancer.machine.host === '') return
    for (const server of fleet.servers) {
      if (server.name === fleet.loadBalancer.server) continue
      if (
        fleet.loadBalancer.server === undefined &&
        server.workers.some(({ endpoint }) => endpoint.kind === 'socket')
      ) {
        yield {
          range: rangeNear(document, ['servers', server.name], 'key'),
          message: `nginx runs on ${fleet.loadBalancer.machine.name}, and reaches unix sockets of its own machine only: not the workers of ${server.name}. Use ports for a fleet of several machines.`,
          related: [{ range: rangeNear(document, ['service', 'socket']), message: 'Workers listen on sockets' }],
        }
        continue
      }
      if (!isLoopback(server.address)) continue
      const written = document.rangeOf(['servers', server.name, 'address'], 'value')
      yield {
        range: written ?? rangeNear(document, ['servers', server.name, 'host']),
        message: `nginx runs on ${fleet.loadBalancer.machine.name}, so ${server.address} would not lead it to ${server.name}. ${written ? `Give an "address" that ${fleet.loadBalancer.machine.name} reaches` : 'Give an "address"'}, such as 10.0.0.2.`,
        // Without an address nginx takes the host, if that is one that leads there.
        fixes:
          written && !isLoopback(server.host)
            ? [
                {
                  title: `Remove it: nginx then takes ${server.host}`,
                  edits: [removeEntry(document, ['servers', server.name, 'address'])],
                  safe: false,
                },
              ]
            : [],
      }
    }
  },
}
