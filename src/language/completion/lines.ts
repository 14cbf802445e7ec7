/** A key of a block map on a line: the key without quotes, where it begins, and the offset after its colon. */
export interface KeyOnLine {
  readonly key: string
  readonly start: number
  readonly afterColon: number
}

const quotes = ['"', "'"]
/** Characters that a plain key of a block cannot begin with (YAML 1.2.2, 7.3.3). */
const notAKey = new Set(['{', '}', '[', ']', ',', '#', '&', '*', '!', '|', '>', '%', '@', '`'])

/** The key that begins at an offset and ends in a colon before `end`, if there is one. Reads each character once. */
export function keyAt(text: string, start: number, end: number): KeyOnLine | undefined {
  const first = text.charAt(start)
  if (start >= end || notAKey.has(first)) return undefined
  if (quotes.includes(first)) {
    const close = closingQuote(text, start, end)
    if (close === undefined) return undefined
    const colon = skipSpaces(text, close + 1, end)
    return colon < end && text.charAt(colon) === ':'
      ? { key: text.slice(start + 1, close), start, afterColon: colon + 1 }
      : undefined
  }
  for (let at = start; at < end; at++) {
    if (isComment(text, at, start)) return undefined
    if (text.charAt(at) === ':' && endsKey(text, at + 1, end))
      return { key: text.slice(start, at).trimEnd(), start, afterColon: at + 1 }
  }
  return undefined
}

const endsKey = (text: string, at: number, end: number): boolean => at >= end || isSpace(text.charAt(at))

export const isSpace = (character: string): boolean =>
  character === ' ' || character === '\t' || character === '\r' || character === '\n'

/** Whether a `#` at an offset begins a comment: at the beginning, or after a space (YAML 1.2.2, 6.6). */
export function isComment(text: string, at: number, lineStart: number): boolean {
  return text.charAt(at) === '#' && (at === lineStart || isSpace(text.charAt(at - 1)))
}

export function skipSpaces(text: string, start: number, end: number): number {
  let at = start
  while (at < end && isSpace(text.charAt(at))) at += 1
  return at
}

/** Where the quote that opens at `start` closes before `end`: not at an escaped or doubled quote. */
export function closingQuote(text: string, start: number, end: number): number | undefined {
  const quote = text.charAt(start)
  for (let at = start + 1; at < end; at++) {
    if (quote === '"' && text.charAt(at) === '\\') at += 1
    else if (text.charAt(at) !== quote) continue
    else if (quote === "'" && text.charAt(at + 1) === quote) at += 1
    else return at
  }
  return undefined
}
