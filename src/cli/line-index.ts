/** A position in a text as editors show it: both 1-based, the column in UTF-16 code units. */
export interface LinePosition {
  readonly line: number
  readonly column: number
}

/** Converts offsets in a text to lines and columns. Lines end with LF, CRLF or CR, as LSP counts them. */
export class LineIndex {
  readonly #starts: readonly number[]
  /** A byte order mark is of no column (Unicode 23.8): editors and compilers count from behind it. */
  readonly #mark: number

  constructor(text: string) {
    this.#mark = text.startsWith('\uFEFF') ? 1 : 0
    this.#starts = [0, ...Array.from(text.matchAll(/\r\n|\n|\r/g), match => match.index + match[0].length)]
  }

  positionOf(offset: number): LinePosition {
    let low = 0
    let high = this.#starts.length
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if ((this.#starts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    const start = Math.max(this.#starts[low] ?? 0, this.#mark)
    return { line: low + 1, column: Math.max(0, offset - start) + 1 }
  }
}
