import type { DocumentPath, FleetDocument } from './document'
import { endOfLine } from './set-value'
import type { TextEdit } from './text'

/**
 * The edit that removes a key with its value, and what parts it from its neighbours: its lines in block style, its comma in flow
 * style. Throws RangeError if it is not there.
 */
export function removeEntry(document: FleetDocument, path: DocumentPath): TextEdit {
  const key = document.rangeOf(path, 'key')
  const value = document.rangeOf(path, 'value')
  if (!key || !value) throw new RangeError(`there is no ${path.join('.')}`)
  const { text } = document
  // A block's value ends behind its last line end, a scalar's before its comment.
  const end = Math.max(key.end, text.charAt(value.end - 1) === '\n' ? value.end - 1 : value.end)
  const lineStart = text.lastIndexOf('\n', key.start - 1)
  if (text.slice(lineStart + 1, key.start).trim() === '') return removal(Math.max(0, lineStart), endOfLine(text, end))
  const after = /^\s*,\s*/.exec(text.slice(end))
  if (after) return removal(key.start, end + after[0].length)
  const before = /,\s*$/.exec(text.slice(0, key.start))
  return removal(key.start - (before?.[0].length ?? 0), end)
}

const removal = (start: number, end: number): TextEdit => ({ range: { start, end }, newText: '' })
