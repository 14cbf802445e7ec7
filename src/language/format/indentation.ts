import type { TextEdit } from '../../fleet/text'
import type { Token } from './tokens'

/** A line with its current column and its correct one. */
interface Line {
  readonly token: Token
  readonly from: number
  readonly to: number
}

/**
 * The spaces that lines begin with. Lines of block style go where `columns` says, by the offset of their first character; those
 * inside brackets one level deeper per bracket; comments with the key that they are in line with.
 */
export function indentationEdits(
  tokens: readonly Token[],
  columns: ReadonlyMap<number, number>,
  unit: number,
): readonly TextEdit[] {
  const lines = linesOf(tokens, columns, unit)
  return lines.map(({ token, to }, index) => ({
    range: { start: token.gapStart, end: token.start },
    newText: ' '.repeat(token.type === 'comment' ? commentColumn(lines, index) : to),
  }))
}

function linesOf(tokens: readonly Token[], columns: ReadonlyMap<number, number>, unit: number): readonly Line[] {
  const lines: Line[] = []
  let depth = 0
  let base = 0
  for (const token of tokens) {
    const isInside = depth > 0
    if (['flow-map-end', 'flow-seq-end'].includes(token.type)) depth -= 1
    if (token.startsLine && token.type !== 'block-scalar' && token.type !== 'end') {
      const from = token.start - token.gapStart
      const last = lines.at(-1)
      const alongside = Math.max(0, from + (last ? last.to - last.from : 0))
      const to = isInside ? base + depth * unit : (columns.get(token.start) ?? alongside)
      lines.push({ token, from, to })
    }
    if (['flow-map-start', 'flow-seq-start'].includes(token.type)) {
      if (depth === 0) base = lines.at(-1)?.to ?? 0
      depth += 1
    }
  }
  return lines
}

/** A comment belongs to the line below if the two are in line, else to the nearest line above that it is in line with. */
function commentColumn(lines: readonly Line[], index: number): number {
  const own = lines[index]?.from ?? 0
  const isKey = ({ token }: Line) => token.type !== 'comment'
  const below = lines.slice(index + 1).find(isKey)
  if (below?.from === own) return below.to
  const above = lines.slice(0, index).findLast(line => isKey(line) && line.from <= own)
  return Math.max(above?.to ?? 0, Math.min(below?.to ?? 0, own))
}
