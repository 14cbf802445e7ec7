import type { DocumentPath } from '../document'
import { removeEntry } from '../remove-entry'
import { type FindingRule, rangeNear } from './rule'

const secretKey = /(^|[_-])(token|password|passwd|passphrase|secret|api[_-]?key|private[_-]?key)$/i

/** What secrets look like by themselves: private keys, bearer tokens, the prefixes of well known issuers, a password in a URL. */
const secretValue =
  /-----BEGIN [A-Z ]*PRIVATE KEY|^Bearer\s+\S{8,}|^(sk|pk|rk)[-_][A-Za-z0-9_-]{16,}$|^gh[pousr]_[A-Za-z0-9]{20,}$|^glpat-\S{16,}$|^xox[abprs]-\S{10,}$|^eyJ[\w-]{10,}\.[\w-]{10,}\.|^[a-z][a-z0-9+.-]*:\/\/[^\s/@:]*:[^\s/@]+@/i

/** Files are shared, kept in git and shown on screens: no secret belongs in one. The message never repeats it. */
export const secretInFile: FindingRule = {
  code: 'secret-in-file',
  severity: 'error',
  *find({ document }) {
    for (const { path, value } of texts(document.value, [])) {
      const key = String(path.at(-1) ?? '')
      if (!secretKey.test(key) && !secretValue.test(value)) continue
      yield {
        range: rangeNear(document, path),
        message: `This looks like a secret${secretKey.test(key) ? ` ("${key}")` : ''}. Remove it from the file, and change it if anybody has seen it: Fleet Ops asks for secrets when it needs them, and takes them from the environment on the command line.`,
        // A key that a merge brought in does not stand here.
        fixes:
          secretKey.test(key) && document.rangeOf(path, 'key')
            ? [{ title: `Remove "${key}"`, edits: [removeEntry(document, path)], safe: false }]
            : [],
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
  if (typeof value !== 'object' || value === null || path.length > deepest) return
  for (const [key, inner] of Object.entries(value))
    yield* texts(inner, [...path, Array.isArray(value) ? Number(key) : key])
}
