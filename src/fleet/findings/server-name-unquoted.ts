import { t } from '@vscode/l10n'
import { isServerName } from '../server-name'
import { shown } from '../words'
import type { FindingRule } from './rule'

/** YAML reads 0123 as the number 123, so the server's name would not be the one that is written. */
export const serverNameUnquoted: FindingRule = {
  code: 'invalid-value',
  severity: 'error',
  *find({ document, file }) {
    for (const name of Object.keys(file.servers)) {
      const range = document.rangeOf(['servers', name], 'key')
      const written = document.text.slice(range?.start, range?.end)
      if (!range || written === name || !isPlain(written)) continue
      yield {
        range,
        message: t('YAML reads {0} as {1}, which would be the name. Put it in quotes.', shown(written), name),
        fixes: isServerName(written)
          ? [{ title: t('Put it in quotes'), edits: [{ range, newText: `"${written}"` }], safe: false }]
          : [],
      }
    }
  },
}

/** A plain scalar: not quoted, aliased, tagged or of several lines, all of which are unambiguous. */
const isPlain = (written: string): boolean => /^[^"'*&!?|>\n]+$/.test(written)
