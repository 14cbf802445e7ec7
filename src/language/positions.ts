import type { Range } from 'vscode-languageserver/node'
import type { FleetDocument } from '../fleet/document'
import type { TextRange } from '../fleet/text'

/** A range of offsets as LSP has it: lines and UTF-16 code units, from zero. */
export function rangeIn(document: FleetDocument, { start, end }: TextRange): Range {
  return { start: document.positionAt(start), end: document.positionAt(end) }
}
