import type { TextEdit } from '../../fleet/text'
import type { Token } from './tokens'

/** The white space within lines: one space where one belongs, and none where none does. Comments stay where they are. */
export function spacingEdits(tokens: readonly Token[]): readonly TextEdit[] {
  return tokens.flatMap((token, index) => {
    const before = tokens[index - 1]
    const range = { start: token.gapStart, end: token.start }
    if (token.type === 'end') return [{ range, newText: '' }]
    if (token.startsLine || !before || token.type === 'comment') return []
    return [{ range, newText: ' '.repeat(gapBetween(before, token)) }]
  })
}

function gapBetween(before: Token, after: Token): number {
  if (before.type === 'flow-map-start' && after.type === 'flow-map-end') return 0
  // `*name:` would be an alias of that name (YAML 1.2.2, 7.1).
  if (before.type === 'alias' && after.type === 'map-value-ind') return 1
  if (before.type === 'flow-seq-start') return 0
  return ['comma', 'map-value-ind', 'flow-seq-end'].includes(after.type) ? 0 : 1
}
