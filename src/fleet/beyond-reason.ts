import { t } from '@vscode/l10n'
import type { TextRange } from './text'

/** Nobody nests deeper than this. The parser recurses, and far deeper nesting would crash the process. */
const deepest = 100
/** Characters in a line: a hundred servers in flow style are shorter. */
const longestLine = 50_000
/** Characters in a text: some twenty thousand servers. */
const longestText = 4_000_000

/** Why a text cannot be a fleet.yaml, checked before parsing: parsing it could take minutes, or crash the process. */
export function beyondReason(text: string): { readonly range: TextRange; readonly message: string } | undefined {
  if (text.length > longestText) {
    return at(0, t('This text of {0} characters is too long for a fleet.yaml. Split the fleet.', text.length))
  }
  const columns: number[] = []
  let brackets = 0
  let next = 0
  for (let start = 0; start < text.length; start = next) {
    const newline = text.indexOf('\n', start)
    const end = newline < 0 ? text.length : newline
    next = end + 1
    if (end - start > longestLine) {
      return at(start, t('This line of {0} characters is too long for a fleet.yaml. Break it up.', end - start))
    }
    openColumns(text, start, end, columns)
    for (let offset = start; offset < end; offset++) {
      const character = text.charCodeAt(offset)
      if (character === openBracket || character === openBrace) brackets += 1
      else if (brackets > 0 && (character === closeBracket || character === closeBrace)) brackets -= 1
      if (brackets + columns.length > deepest)
        return at(offset, t('This is nested deeper than any fleet.yaml. Remove unneeded brackets or indentation.'))
    }
  }
  return undefined
}

const [openBracket, closeBracket, openBrace, closeBrace] = [91, 93, 123, 125]

const at = (start: number, message: string) => ({ range: { start, end: start + 1 }, message })

/** Keeps the columns at which the beginning of a line opens blocks: its indentation, and one for each dash in a row. */
function openColumns(text: string, start: number, end: number, columns: number[]): void {
  let offset = start
  while (text.charAt(offset) === ' ') offset += 1
  if (offset >= end || text.charAt(offset) === '\r') return
  while ((columns.at(-1) ?? -1) >= offset - start) columns.pop()
  columns.push(offset - start)
  while (offset < end && isIndicator(text, offset)) {
    offset += 1
    while (text.charAt(offset) === ' ') offset += 1
    columns.push(offset - start)
  }
}

/** `-`, `?` and `:` before a space each open a level of their own (YAML 1.2.2, 8.2). */
function isIndicator(text: string, offset: number): boolean {
  return '-?:'.includes(text.charAt(offset)) && [' ', '\t', '\n', '\r', ''].includes(text.charAt(offset + 1))
}
