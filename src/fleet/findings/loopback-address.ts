import { isLoopback } from '../addresses'
import { type FindingRule, rangeNear } from './rule'

/** To nginx, loopback is nginx's own machine: on any other server it would lead to the wrong workers. */
export const loopbackAddress: FindingRule = {
  code: 'loopback-address',
  severity: 'error',
  *find({ document, fleet }) {
    // Where nginx runs is not known yet: unknown-server says so.
    if (fleet.loadBalancer.machine.host === '') return
    for (const server of fleet.servers) {
      if (server.name === fleet.loadBalancer.server || !isLoopback(server.address)) continue
      const written = document.rangeOf(['servers', server.name, 'address'], 'value')
      yield {
        range: written ?? rangeNear(document, ['servers', server.name, 'host']),
        message: `nginx runs on ${fleet.loadBalancer.machine.name}, so ${server.address} would not lead it to ${server.name}. ${written ? `Give an "address" that ${fleet.loadBalancer.machine.name} reaches` : 'Give an "address"'}, such as 10.0.0.2.`,
      }
    }
  },
}
