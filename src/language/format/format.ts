import { isDeepStrictEqual } from 'node:util'
import { type FleetDocument, parseFleetDocument } from '../../fleet/document'
import { newlineOf } from '../../fleet/lines'
import { applyTextEdits, type TextEdit } from '../../fleet/text'
import { columnsOf } from './columns'
import { indentationEdits } from './indentation'
import { spacingEdits } from './spacing'
import { type Token, tokensOf } from './tokens'

/**
 * The edits that format a fleet.yaml as people write it: a fixed number of spaces per level, one space where one belongs, none at the end of a
 * line, at most one blank line. Only white space between tokens changes, and only if the text provably says the same afterwards,
 * with the same comments; a text that cannot be parsed is left alone. Formatting twice changes nothing more.
 * @param unit the number of spaces per level
 */
export function format(document: FleetDocument, unit: number): readonly TextEdit[] {
  const { text } = document
  if (document.syntax.length > 0) return []
  const tokens = tokensOf(text)
  const spacing = [...spacingEdits(tokens), ...lineEndEdits(text, tokens)]
  // The value of a multi-line scalar may depend on its indentation: in that case leave the lines where they are.
  const candidates = [[...spacing, ...indentationEdits(tokens, columnsOf(document, unit), unit)], spacing]
  const changes = ({ range, newText }: TextEdit) => text.slice(range.start, range.end) !== newText
  const isSame = (edits: readonly TextEdit[]) => saysTheSame(text, document.value, tokens, applyTextEdits(text, edits))
  return candidates.map(edits => edits.filter(changes)).find(isSame) ?? []
}

function saysTheSame(before: string, value: unknown, tokens: readonly Token[], after: string): boolean {
  if (before === after) return true
  const formatted = parseFleetDocument(after)
  const words = (all: readonly Token[]) =>
    all.filter(({ type }) => type !== 'block-scalar').map(({ type, text }) => [type, text])
  return (
    formatted.syntax.length === 0 &&
    isDeepStrictEqual(formatted.value, value) &&
    isDeepStrictEqual(words(tokensOf(after)), words(tokens))
  )
}

/** Line ends without spaces before them: at most one blank line in a row, none at the beginning, and a line end at the end. */
function lineEndEdits(text: string, tokens: readonly Token[]): readonly TextEdit[] {
  return tokens.flatMap(({ newlines, type, start, startsLine, after, gapStart }, index) => {
    const before = tokens[index - 1]
    // Blank lines may be part of a block scalar.
    if (type === 'block-scalar' || before?.type === 'block-scalar') return []
    if (type === 'end' && before && !startsLine) return [{ range: { start, end: start }, newText: newlineOf(text) }]
    if (newlines.length === 0) return []
    // The line end of the token above, and one blank line between two tokens.
    const most = Number(before !== undefined) + Number(before !== undefined && type !== 'end')
    const kept = newlines.slice(0, most).map(newline => text.slice(newline.start, newline.end))
    return [{ range: { start: after, end: gapStart }, newText: kept.join('') }]
  })
}
