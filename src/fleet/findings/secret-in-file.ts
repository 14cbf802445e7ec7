import { t } from '@vscode/l10n'
import type { DocumentPath } from '../document'
import { fixByRemoving } from '../fixes'
import { isSecretKey, looksSecret } from '../secrets'
import { sentences } from '../words'
import { type FindingRule, rangeNear } from './rule'

/** Files are shared, kept in git and shown on screens: secrets do not belong in them. The message never repeats it. */
export const secretInFile: FindingRule = {
  code: 'secret-in-file',
  severity: 'error',
  *find({ document }) {
    for (const { path, value } of texts(document.value, [])) {
      const key = String(path.at(-1) ?? '')
      if (!isSecretKey(key) && !looksSecret(value)) continue
      yield {
        range: rangeNear(document, path),
        message: sentences(
          isSecretKey(key) ? t('This looks like a secret ("{0}").', key) : t('This looks like a secret.'),
          t(
            'Remove it from the file, and change it if anybody has seen it: Fleet Ops asks for secrets when it needs them, and takes them from the environment on the command line.',
          ),
        ),
        fixes: isSecretKey(key) ? fixByRemoving(document, path, t('Remove "{0}"', key)) : [],
      }
    }
  },
}

/** Deeper than any fleet.yaml. */
const deepest = 12

function* texts(
  value: unknown,
  path: DocumentPath,
): Generator<{ readonly path: DocumentPath; readonly value: string }> {
  if (typeof value === 'string' && value !== '') yield { path, value }
  if (typeof value === 'number') yield { path, value: String(value) }
  if (typeof value !== 'object' || value === null || path.length > deepest) return
  for (const [key, inner] of Object.entries(value))
    yield* texts(inner, [...path, Array.isArray(value) ? Number(key) : key])
}
