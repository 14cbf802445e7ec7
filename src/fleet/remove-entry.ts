import { t } from '@vscode/l10n'
import type { DocumentPath, FleetDocument } from './document'
import { FleetEditError } from './fleet-edit-error'
import { endOfLine } from './lines'
import { endOf } from './node-places'
import type { TextEdit } from './text'

/**
 * The edit that removes a key with its value, and what separates it from its neighbours: its lines in block style, its comma in flow
 * style. Throws FleetEditError if it does not exist.
 */
export function removeEntry(document: FleetDocument, path: DocumentPath): TextEdit {
  const key = document.rangeOf(path, 'key')
  const value = document.rangeOf(path, 'value')
  if (!key || !value) throw new FleetEditError(t('{0} does not exist.', path.join('.')))
  const { text } = document
  const end = Math.max(key.end, endOf(text, document.nodeAt(path)) ?? value.end)
  const lineStart = text.lastIndexOf('\n', key.start - 1) + 1
  if (text.slice(lineStart, key.start).trim() === '' && !isFollowed(text, end)) {
    const lineEnd = endOfLine(text, end)
    // Its line is removed with a line end: the one before it or, on the first line, the one after it.
    if (lineStart > 0) return removal(lineStart - (text.charAt(lineStart - 2) === '\r' ? 2 : 1), lineEnd)
    return removal(text.startsWith('\uFEFF') ? 1 : 0, Math.min(text.length, text.indexOf('\n', lineEnd) + 1 || lineEnd))
  }
  const after = /^\s*,[ \t]*/.exec(text.slice(end))
  if (after) return removal(key.start, end + after[0].length)
  const opening = /\{\s*$/.exec(text.slice(0, key.start))
  const closing = /^\s*(?=\})/.exec(text.slice(end))
  if (opening && closing) return removal(key.start - opening[0].length + 1, end + closing[0].length)
  const before = /,\s*$/.exec(text.slice(0, key.start))
  return removal(key.start - (before?.[0].length ?? 0), end)
}

/** Whether the line has more of a map in flow style. */
const isFollowed = (text: string, end: number): boolean =>
  !/^[ \t]*,?[ \t]*(#|$)/.test(text.slice(end, endOfLine(text, end)))

const removal = (start: number, end: number): TextEdit => ({ range: { start, end }, newText: '' })
