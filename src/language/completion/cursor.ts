import type { DocumentPath } from '../../fleet/document'
import { endOfLine } from '../../fleet/lines'
import type { TextRange } from '../../fleet/text'
import { closingQuote, isComment, isSpace, keyAt, skipSpaces } from './lines'
import { type Frame, Scanner } from './scanner'

/** Where a cursor is in a fleet.yaml, complete or half typed. */
export interface Cursor {
  /** What can be typed there: a key, the value of a key, an item of a list, a comment, or nothing known. */
  readonly place: 'key' | 'value' | 'item' | 'comment' | 'nowhere'
  /** The path of the map that a key is typed in, or of the value or item itself. */
  readonly path: DocumentPath
  /** The other keys of the map. */
  readonly present: ReadonlySet<string>
  readonly style: 'block' | 'flow'
  /** The column at which keys of the map begin. */
  readonly indentation: number
  /** The word or value at the cursor, from its beginning to its end after the cursor; without quotes. */
  readonly word: TextRange
  readonly quoted: boolean
  /** For a value: the word is one of several in it. */
  readonly isPart: boolean
  /** The key at the cursor has its colon already. */
  readonly hasColon: boolean
  /** For a value: the offset behind the colon. */
  readonly afterColon: number
  /** For a value: the lines below are indented deeper, so they are the value already. */
  readonly hasLines: boolean
}

const nowhere: Cursor = {
  place: 'nowhere',
  path: [],
  present: new Set(),
  style: 'block',
  indentation: 0,
  word: { start: 0, end: 0 },
  quoted: false,
  isPart: false,
  hasColon: false,
  afterColon: 0,
  hasLines: false,
}

/** Where the cursor at an offset is. Goes by the lines, because a broken text has no tree. Never throws. */
export function cursorAt(text: string, offset: number): Cursor {
  const scanner = new Scanner(text)
  scanner.readTo(offset)
  const { frames, tail } = scanner
  const word = { start: offset, end: offset }
  if (tail.kind === 'text') return nowhere
  if (tail.kind === 'comment') return { ...nowhere, place: 'comment', word }
  if (tail.kind === 'word') return blockKey(text, offset, frames, tail)
  const path = pathOf(frames)
  const style = scanner.inFlow ? 'flow' : 'block'
  if (tail.kind === 'flow-key') return flowKey(text, offset, scanner, tail.start)
  const around = valueAround(text, offset, tail.start, style)
  const part = path.at(-1) === 'proxy_jump' ? hopAround(text, offset, around.word) : around.word
  const isPart = part.start > around.word.start || part.end < around.word.end
  const value = { ...nowhere, path, style, ...around, word: part, isPart } as const
  if (tail.kind === 'item' || tail.kind === 'flow-item') return { ...value, place: 'item' }
  const column = frames.at(-1)?.column ?? 0
  const below = style === 'block' ? indentationBelow(text, offset) : undefined
  const hasLines = below !== undefined && below > column
  return { ...value, place: 'value', afterColon: tail.afterColon, indentation: column, hasLines }
}

const pathOf = (frames: readonly Frame[]): DocumentPath =>
  frames.map(({ kind, key, index }) => (kind.endsWith('list') ? index : key)).filter(step => step !== undefined)

function blockKey(
  text: string,
  offset: number,
  open: readonly Frame[],
  { start, column }: { readonly start: number; readonly column: number },
): Cursor {
  const frames = [...open]
  let child: Frame | undefined
  while (isInside(frames.at(-1), column)) child = frames.pop()
  const top = frames.at(-1)
  const isSibling = top?.kind === 'map' && top.column === column
  const map = isSibling ? top : child?.kind === 'map' ? child : undefined
  const below = indentationBelow(text, offset)
  const outer = isSibling ? (frames.at(-2)?.column ?? -1) : (top?.column ?? -1)
  const indentation = map?.column ?? (below !== undefined && below > outer ? below : column)
  const own = keyAt(text, start, endOfLine(text, offset))
  const hasColon = own !== undefined && own.afterColon > offset
  const quoted = text.charAt(start) === '"' || text.charAt(start) === "'"
  return {
    ...nowhere,
    place: 'key',
    path: pathOf(isSibling ? frames.slice(0, -1) : frames),
    present: new Set([...(map?.keys ?? []), ...keysBelow(text, offset, indentation)]),
    indentation,
    word: {
      start: start + Number(quoted),
      end: wordEnd(text, offset, hasColon ? own.afterColon - 1 : endOfLine(text, offset)),
    },
    quoted,
    hasColon,
  }
}

/** Whether a frame ends before a key in a column: it is indented deeper, or it is a list, which cannot have a key beside it. */
function isInside(frame: Frame | undefined, column: number): boolean {
  return frame !== undefined && (frame.column > column || (frame.column === column && frame.kind === 'list'))
}

function flowKey(text: string, offset: number, scanner: Scanner, start: number): Cursor {
  const map = scanner.frames.at(-1)
  const path = pathOf(scanner.frames)
  const indentation = scanner.frames.at(-1)?.column ?? 0
  const quoted = text.charAt(start) === '"' || text.charAt(start) === "'"
  const end = wordEnd(text, offset, text.length)
  const hasColon =
    text.charAt(skipSpaces(text, end + Number(quoted && text.charAt(end) === text.charAt(start)), text.length)) === ':'
  const before = new Set(map?.keys ?? [])
  readOn(text, offset, scanner, map)
  const own = text.slice(start + Number(quoted), end)
  const after = (map?.keys ?? []).slice(before.size).filter(key => !hasColon || key !== own)
  const present = new Set([...before, ...after])
  const word = { start: start + Number(quoted), end }
  return { ...nowhere, place: 'key', path, present, style: 'flow', indentation, word, quoted, hasColon }
}

/** Reads what follows the cursor in a flow map, for the keys of the map there; gives up on a map that never closes. */
function readOn(text: string, offset: number, scanner: Scanner, map: Frame | undefined): void {
  const mostLines = 50
  let start = offset
  for (let line = 0; line < mostLines && map && scanner.frames.includes(map); line++) {
    const end = endOfLine(text, start)
    if (line === 0) scanner.readFlow(start, end)
    else scanner.readLine(start, end)
    const newline = text.indexOf('\n', end)
    if (newline < 0) return
    start = newline + 1
  }
}

function valueAround(text: string, offset: number, start: number, style: Cursor['style']) {
  const quoted = text.charAt(start) === '"' || text.charAt(start) === "'"
  const lineTo = endOfLine(text, offset)
  if (quoted) {
    const close = closingQuote(text, start, lineTo)
    return {
      quoted,
      word: { start: Math.min(start + 1, offset), end: close !== undefined && close >= offset ? close : offset },
    }
  }
  let end = offset
  while (end < lineTo && !isComment(text, end, -1) && !(style === 'flow' && [',', '}', ']'].includes(text.charAt(end))))
    end += 1
  while (end > offset && isSpace(text.charAt(end - 1))) end -= 1
  return { quoted, word: { start: Math.min(start, offset), end } }
}

/** The hop at the cursor in a list of hops, without the spaces around it. */
function hopAround(text: string, offset: number, { start, end }: TextRange): TextRange {
  const before = text.lastIndexOf(',', offset - 1)
  const after = text.indexOf(',', offset)
  const from = before < start ? start : Math.min(skipSpaces(text, before + 1, end), offset)
  return { start: from, end: after < 0 || after > end ? end : after }
}

function wordEnd(text: string, offset: number, limit: number): number {
  let end = offset
  while (end < limit && /[\w.-]/.test(text.charAt(end))) end += 1
  return end
}

/** The non-empty lines below the cursor's, with their indentation. */
function* linesBelow(
  text: string,
  offset: number,
): Generator<{ readonly indentation: number; readonly content: number }> {
  for (let newline = text.indexOf('\n', offset); newline >= 0; newline = text.indexOf('\n', newline + 1)) {
    const end = endOfLine(text, newline + 1)
    const content = skipSpaces(text, newline + 1, end)
    if (content < end && text.charAt(content) !== '#') yield { indentation: content - newline - 1, content }
  }
}

function indentationBelow(text: string, offset: number): number | undefined {
  for (const { indentation } of linesBelow(text, offset)) return indentation
  return undefined
}

function* keysBelow(text: string, offset: number, indentation: number): Generator<string> {
  for (const line of linesBelow(text, offset)) {
    if (line.indentation < indentation) return
    const key = line.indentation === indentation ? keyAt(text, line.content, endOfLine(text, line.content)) : undefined
    if (key) yield key.key
  }
}
