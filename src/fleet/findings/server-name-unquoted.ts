import { t } from '@vscode/l10n'
import { isServerName } from '../server-name'
import { shown } from '../words'
import type { FindingRule } from './rule'

/** YAML reads 0123 as the number 123, so that the server would be another one than is written there. */
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

/** Neither in quotes, nor an alias, a tag or a text of several lines: those say what they are. */
const isPlain = (written: string): boolean => /^[^"'*&!?|>\n]+$/.test(written)
