import { type SelectionRange, SelectionRangeRequest } from 'vscode-languageserver/node'
import type { TextRange } from '../../fleet/text'
import type { CheckedDocument } from '../checked-document'
import { feature } from '../feature'

/** What a selection expands to: the value, the key with it, the map around, and so on up to the whole file. */
export const selection = feature({
  request: SelectionRangeRequest.type,
  asks: ['positions'],
  offer: client => (client.knows('selectionRange') ? { selectionRangeProvider: true } : undefined),
  answer: (checked, { positions }): SelectionRange[] =>
    positions.map(position => selectionAt(checked, checked.offsetAt(position))),
})

function selectionAt(checked: CheckedDocument, offset: number): SelectionRange {
  return growing(checked, offset).reduceRight<SelectionRange | undefined>(
    (parent, range) => ({ range: checked.rangeOf(range), ...(parent ? { parent } : {}) }),
    undefined,
  ) as SelectionRange
}

/** Ranges around an offset, each inside the next. */
function growing({ document, text }: CheckedDocument, offset: number): readonly TextRange[] {
  const { path } = document.pathAt(offset)
  const ranges: TextRange[] = [{ start: offset, end: offset }]
  const grow = (range: TextRange | undefined) => {
    const inner = ranges.at(-1)
    if (!range || !inner || range.start > inner.start || range.end < inner.end) return
    if (range.start < inner.start || range.end > inner.end) ranges.push(range)
  }
  for (let depth = path.length; depth > 0; depth--) {
    const at = path.slice(0, depth)
    const key = document.rangeOf(at, 'key')
    const value = document.rangeOf(at, 'value')
    grow(key)
    grow(value)
    if (key && value) grow({ start: key.start, end: Math.max(key.end, value.end) })
  }
  grow(document.rangeOf([], 'value'))
  grow({ start: 0, end: text.length })
  return ranges
}
