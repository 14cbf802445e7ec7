import type { TextEdit } from '../../fleet/text'
import type { Token } from './tokens'

/** The white space within lines: one space where one belongs, none where none does, none at the end. Comments stay where they stand. */
export function spacingEdits(tokens: readonly Token[]): readonly TextEdit[] {
  return tokens.flatMap((token, index) => {
    const before = tokens[index - 1]
    const range = { start: token.gapStart, end: token.start }
    if (token.type === 'end') return [...spacesAtLineEnds(token), { range, newText: '' }]
    if (token.startsLine || !before) return spacesAtLineEnds(token)
    return token.type === 'comment' ? [] : [{ range, newText: ' '.repeat(gapBetween(before, token)) }]
  })
}

/** Spaces before each of the line ends above a token, blank lines' among them. */
function spacesAtLineEnds({ newlines, after }: Token): readonly TextEdit[] {
  return newlines.map(({ start }, index) => ({
    range: { start: newlines[index - 1]?.end ?? after, end: start },
    newText: '',
  }))
}

function gapBetween(before: Token, after: Token): number {
  if (before.type === 'flow-map-start' && after.type === 'flow-map-end') return 0
  // `*name:` would be an alias of that name (YAML 1.2.2, 7.1).
  if (before.type === 'alias' && after.type === 'map-value-ind') return 1
  if (before.type === 'flow-seq-start') return 0
  return ['comma', 'map-value-ind', 'flow-seq-end'].includes(after.type) ? 0 : 1
}
