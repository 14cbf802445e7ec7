import { type FleetDocument, parseFleetDocument } from './document'
import { applyTextEdits, type TextEdit } from './text'

/** Applies edits that may overlap one after the other, and returns them as one edit of the original document. */
export function editInTurn(
  document: FleetDocument,
  edits: readonly ((document: FleetDocument) => readonly TextEdit[])[],
): readonly TextEdit[] {
  const last = edits.reduce((now, edit) => parseFleetDocument(applyTextEdits(now.text, edit(now))), document)
  return editBetween(document.text, last.text)
}

/** The one edit that turns a text into another, without their common beginning and end. None for equal texts. */
export function editBetween(before: string, after: string): readonly TextEdit[] {
  if (before === after) return []
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && before[start] === after[start]) start++
  let end = 0
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end++
  return [{ range: { start, end: before.length - end }, newText: after.slice(start, after.length - end) }]
}
