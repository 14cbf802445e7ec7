import { t } from '@vscode/l10n'
import { addressKind, bracketed } from '../addresses'
import { changeTo } from '../fixes'
import { sentences, shown } from '../words'
import { yamlText } from '../yaml-text'
import { type FindingRule, type Found, type RuleContext, rangeNear } from './rule'

/** An address that nginx does not accept, so that `nginx -t` would reject the whole file. */
export const invalidAddress: FindingRule = {
  code: 'invalid-address',
  severity: 'error',
  *find({ document, file, fleet }) {
    yield* withoutBrackets({ document, file, fleet })
    yield* tooLong({ document, file, fleet })
    for (const { name, address } of fleet.servers) {
      if (addressKind(address) !== 'invalid') continue
      const path = ['servers', name, 'address']
      const written = document.rangeOf(path, 'value')
      const alone = addressIn(address)
      yield {
        range: written ?? rangeNear(document, ['servers', name, 'host']),
        message: sentences(
          t('nginx cannot reach {1} at {0}: it is not a valid address.', shown(address), name),
          written
            ? t(
                'It is a host name, an IPv4 address, an IPv6 address such as [2001:db8::2], or the absolute path of a socket, without a port.',
              )
            : t(
                'Give an "address", which is a host name, an IPv4 address, an IPv6 address such as [2001:db8::2], or the absolute path of a socket, without a port.',
              ),
        ),
        fixes: alone === undefined ? [] : changeTo(document, path, alone),
      }
    }
  },
}

/** nginx would read the last group as a port. A `host` has no brackets, and gets them when written for nginx. */
function* withoutBrackets({ document, file }: RuleContext): Generator<Found> {
  for (const [name, server] of Object.entries(file.servers)) {
    const address = server?.address
    if (address === undefined || addressKind(address) !== 'ipv6' || bracketed(address) === address) continue
    const path = ['servers', name, 'address']
    yield {
      range: rangeNear(document, path),
      message: t('{0} is an IPv6 address, which stands in brackets here: {1}.', address, bracketed(address)),
      fixes: changeTo(document, path, yamlText(bracketed(address), 'flow')),
    }
  }
}

/** The longest path of a unix socket, in bytes: 108 with the terminating zero (unix(7), sun_path). */
const longestSocketPath = 107

function* tooLong({ document, fleet: { servers } }: RuleContext): Generator<Found> {
  const sockets = [
    ...servers.flatMap(({ name, address }) =>
      addressKind(address) === 'socket' ? { path: address, place: ['servers', name, 'address'] } : [],
    ),
    ...servers
      .flatMap(({ workers }) => workers)
      .flatMap(({ endpoint }) =>
        endpoint.kind === 'socket' ? { path: endpoint.path, place: ['service', 'socket'] } : [],
      )
      // All workers share one pattern: checking the longest path is enough.
      .toSorted((a, b) => b.path.length - a.path.length)
      .slice(0, 1),
  ]
  for (const { path, place } of sockets) {
    if (path.length <= longestSocketPath) continue
    yield {
      range: rangeNear(document, place),
      message: t(
        '{0} has {1} characters, and the path of a unix socket has at most {2}. Shorten it.',
        shown(path),
        path.length,
        longestSocketPath,
      ),
    }
  }
}

/** The address within a URL, or before a port. */
function addressIn(text: string): string | undefined {
  const [, host] = /^(?:[a-z]+:\/\/)?([A-Za-z0-9._-]+)(?::\d+)?\/?$/.exec(text) ?? []
  return host !== undefined && addressKind(host) !== 'invalid' ? host : undefined
}
