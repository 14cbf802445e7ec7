/** A stretch of a text: offsets in UTF-16 code units, `end` exclusive, as JavaScript strings and LSP's UTF-16 count. */
export interface TextRange {
  readonly start: number
  readonly end: number
}

/** Replaces `range` with `newText`. An empty range inserts. */
export interface TextEdit {
  readonly range: TextRange
  readonly newText: string
}

/** Applies edits that do not overlap, in any order, and leaves every other character unchanged. */
export function applyTextEdits(text: string, edits: readonly TextEdit[]): string {
  const pieces: string[] = []
  let done = 0
  for (const { range, newText } of edits.toSorted(
    (a, b) => a.range.start - b.range.start || a.range.end - b.range.end,
  )) {
    pieces.push(text.slice(done, range.start), newText)
    done = range.end
  }
  return [...pieces, text.slice(done)].join('')
}
