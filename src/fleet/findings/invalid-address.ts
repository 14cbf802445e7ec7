import { addressKind } from '../addresses'
import { type FindingRule, rangeNear } from './rule'

/** What nginx takes for no address at all, so that `nginx -t` would refuse the whole file. */
export const invalidAddress: FindingRule = {
  code: 'invalid-address',
  severity: 'error',
  *find({ document, fleet }) {
    for (const server of fleet.servers) {
      if (addressKind(server.address) !== 'invalid') continue
      const written = document.rangeOf(['servers', server.name, 'address'], 'value')
      yield {
        range: written ?? rangeNear(document, ['servers', server.name, 'host']),
        message: `${server.address} is no address that nginx could reach ${server.name} by. ${written ? 'It' : 'Give an "address", which'} is a host name, an IPv4 address, an IPv6 address such as [2001:db8::2], or the absolute path of a socket, without a port.`,
      }
    }
  },
}
