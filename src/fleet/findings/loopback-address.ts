import { t } from '@vscode/l10n'
import { addressKind, isLoopback } from '../addresses'
import { fixByRemoving } from '../fixes'
import type { Fleet, Server } from '../fleet'
import { sentences } from '../words'
import { type FindingRule, type Found, type RuleContext, rangeNear } from './rule'

/** To nginx, loopback and unix sockets are on nginx's own machine: for any other server they would lead to the wrong workers. */
export const loopbackAddress: FindingRule = {
  code: 'loopback-address',
  severity: 'error',
  *find(context) {
    const { fleet } = context
    // It is not known yet where nginx runs: unknown-server and missing-key say so.
    if (fleet.loadBalancer.machine.host === '') return
    for (const server of fleet.servers) {
      // Also applies where `host` names a server, which is a finding of its own.
      if (server.name === fleet.loadBalancer.machine.name) continue
      if (fleet.loadBalancer.server === undefined && onSockets(server)) yield socketsElsewhere(context, server)
      // An invalid address leads nowhere: invalid-address says so.
      else if (leadsBack(server)) yield elsewhere(context, server)
    }
  },
}

const leadsBack = ({ address }: Server): boolean =>
  addressKind(address) === 'socket' || (addressKind(address) !== 'invalid' && isLoopback(address))

const onSockets = ({ workers }: Server): boolean => workers.some(({ endpoint }) => endpoint.kind === 'socket')

function socketsElsewhere({ document, fleet }: RuleContext, server: Server): Found {
  return {
    range: rangeNear(document, ['servers', server.name], 'key'),
    message: t(
      'nginx runs on {0}, and reaches unix sockets of its own machine only: not the workers of {1}. Use ports for a fleet of several machines.',
      fleet.loadBalancer.machine.name,
      server.name,
    ),
    related: [{ range: rangeNear(document, ['service', 'socket']), message: t('Workers listen on sockets') }],
  }
}

function elsewhere({ document, fleet }: RuleContext, server: Server): Found {
  const path = ['servers', server.name, 'address']
  const written = document.rangeOf(path, 'value')
  const machine = fleet.loadBalancer.machine.name
  return {
    range: written ?? rangeNear(document, ['servers', server.name, 'host']),
    message: sentences(
      t('nginx runs on {0}, so {1} would not lead it to {2}.', machine, server.address, server.name),
      written
        ? t('Give an "address" that {0} reaches, such as 10.0.0.2.', machine)
        : t('Give an "address", such as 10.0.0.2.'),
    ),
    related: whereNginxRuns(document, fleet),
    // Without an address nginx uses the host, if that leads to the server.
    fixes:
      addressKind(server.host) !== 'invalid' && !isLoopback(server.host)
        ? fixByRemoving(document, path, t('Remove it: nginx then takes {0}', server.host))
        : [],
  }
}

function whereNginxRuns(document: RuleContext['document'], { loadBalancer }: Fleet): Found['related'] {
  const range = document.rangeOf(['load_balancer', loadBalancer.server === undefined ? 'host' : 'server'], 'value')
  return range ? [{ range, message: t('nginx runs here') }] : []
}
