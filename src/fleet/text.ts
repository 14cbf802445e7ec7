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

/** Applies edits that do not overlap, in any order, and leaves every other character as it was. */
export function applyTextEdits(text: string, edits: readonly TextEdit[]): string {
  const backwards = edits.toSorted((a, b) => b.range.start - a.range.start || b.range.end - a.range.end)
  return backwards.reduce(
    (result, { range, newText }) => result.slice(0, range.start) + newText + result.slice(range.end),
    text,
  )
}
