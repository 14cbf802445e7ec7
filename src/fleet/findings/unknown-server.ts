import { t } from '@vscode/l10n'
import { changeTo } from '../fixes'
import { nearest } from '../nearest'
import { isServerName } from '../server-name'
import { valueAt } from '../value-at'
import { listOf, shown } from '../words'
import { yamlText } from '../yaml-text'
import { type FindingRule, rangeNear } from './rule'

/** nginx runs on a server that the file does not have. */
export const unknownServer: FindingRule = {
  code: 'unknown-server',
  severity: 'error',
  *find({ document, file }) {
    const name = file.load_balancer.server
    // A server with an invalid name was still meant by somebody.
    const written = valueAt(document.value, ['servers'])
    const known = typeof written === 'object' && !Array.isArray(written) ? Object.keys(written ?? {}) : []
    // Without servers every name is unknown: having none is a finding of its own.
    if (name === undefined || known.length === 0 || known.includes(name)) return
    const path = ['load_balancer', 'server']
    const named = known.filter(isServerName)
    const meant = nearest(name, named) ?? (known.length === 1 ? named[0] : undefined)
    const choice =
      known.length === 1
        ? t('The only server is {0}.', shown(known[0]))
        : t(
            'The servers are {0}.',
            listOf([...known.slice(0, 10).map(shown), ...(known.length > 10 ? [t('more')] : [])]),
          )
    yield {
      range: rangeNear(document, path),
      message: t('Unknown server "{0}". {1} For a separate machine, set "host" instead.', name, choice),
      fixes: meant ? changeTo(document, path, yamlText(meant, 'flow'), t('Change to "{0}"', meant)) : [],
    }
  },
}
