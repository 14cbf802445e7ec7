import { endOfLine } from '../../fleet/lines'
import { closingQuote, isComment, isSpace, keyAt, skipSpaces } from './lines'

/** A map or list that is open at some place in a text. */
export interface Frame {
  readonly kind: 'map' | 'list' | 'flow-map' | 'flow-list'
  /** The column of its keys or dashes; in flow style, the column of the block around it. */
  readonly column: number
  /** The key whose value is being read. */
  key: string | undefined
  /** All keys so far. */
  readonly keys: string[]
  /** The item that is being read. */
  index: number
}

/** What the text read so far ends in. `start` is where the word or value begins that may continue after it. */
export type Tail =
  | { readonly kind: 'comment' }
  | { readonly kind: 'text' }
  | { readonly kind: 'word'; readonly start: number; readonly column: number }
  | { readonly kind: 'item'; readonly start: number }
  | { readonly kind: 'flow-key'; readonly start: number }
  | { readonly kind: 'flow-item'; readonly start: number }
  | { readonly kind: 'value'; readonly start: number; readonly afterColon: number }
  | { readonly kind: 'flow-value'; readonly start: number; readonly afterColon: number }

/**
 * Reads the lines of a YAML text, complete or half typed, and knows which maps and lists are open: by indentation in block style,
 * by brackets in flow style. Where the text is broken it goes by appearance, so that a missing bracket or quote affects only
 * its own line. Reads each character a fixed number of times.
 */
export class Scanner {
  readonly frames: Frame[] = []
  tail: Tail = { kind: 'text' }
  readonly #text: string
  /** The column of the key whose block scalar the lines belong to. */
  #scalarColumn: number | undefined
  #afterColon = 0

  readonly #onKey: (frames: readonly Frame[]) => void

  /** @param onKey is called for each key that is read, with the frame of the key last */
  constructor(text: string, onKey: (frames: readonly Frame[]) => void = () => {}) {
    this.#text = text
    this.#onKey = onKey
  }

  /** Reads the lines from the beginning to the one that an offset is on, and that one up to the offset. */
  readTo(offset: number): void {
    let start = this.#text.startsWith('\uFEFF') ? 1 : 0
    for (let next = this.#lineAfter(start); next !== undefined && next <= offset; next = this.#lineAfter(start)) {
      this.readLine(start, endOfLine(this.#text, start))
      start = next
    }
    this.readLine(start, Math.max(start, offset), true)
  }

  #lineAfter(start: number): number | undefined {
    const newline = this.#text.indexOf('\n', start)
    return newline < 0 ? undefined : newline + 1
  }

  readLine(start: number, end: number, last = false): void {
    const text = this.#text
    const content = skipSpaces(text, start, end)
    const column = content - start
    if (this.#scalarColumn !== undefined && ((content === end && !last) || column > this.#scalarColumn)) {
      this.tail = { kind: 'text' }
      return
    }
    this.#scalarColumn = undefined
    if (this.inFlow && content < end && this.#leavesFlow(column, text.charAt(content))) this.#dropFlow()
    if (this.inFlow) this.readFlow(start, end)
    else if (content === end) this.tail = { kind: 'word', start: end, column }
    else if (text.charAt(content) === '#') this.tail = { kind: 'comment' }
    else if (column === 0 && /^(---|\.\.\.)(\s|$)/.test(text.slice(start, Math.min(end, start + 4)))) {
      this.frames.length = 0
      this.tail = { kind: 'text' }
    } else this.#readBlock(content, end, start)
  }

  get inFlow(): boolean {
    return this.frames.at(-1)?.kind.startsWith('flow') ?? false
  }

  /** In flow style every line is indented deeper than the key that holds it (YAML 1.2.2, 7.4): one that is not means a missing bracket. */
  #leavesFlow(column: number, first: string): boolean {
    return column <= (this.frames.at(-1)?.column ?? -1) && !['}', ']', ',', '#'].includes(first)
  }

  #dropFlow(): void {
    while (this.inFlow) this.frames.pop()
  }

  #readBlock(content: number, end: number, lineStart: number): void {
    const text = this.#text
    let at = content
    while (text.charAt(at) === '-' && (at + 1 >= end || isSpace(text.charAt(at + 1)))) {
      this.#enterList(at - lineStart)
      at = skipSpaces(text, at + 1, end)
    }
    const isItem = at > content
    const key = keyAt(text, at, end)
    if (key) {
      this.#enterMap(at - lineStart, key.key)
      this.#readValue(key.afterColon, end, at - lineStart)
    } else if (text.charAt(at) === '{' || text.charAt(at) === '[') this.readFlow(at, end)
    else if (this.#commentIn(at, end)) this.tail = { kind: 'comment' }
    else this.tail = isItem ? { kind: 'item', start: at } : { kind: 'word', start: at, column: at - lineStart }
  }

  #enterList(column: number): void {
    while ((this.frames.at(-1)?.column ?? -1) > column) this.frames.pop()
    const top = this.frames.at(-1)
    if (top?.kind === 'list' && top.column === column) top.index += 1
    else this.#open('list', column)
  }

  #enterMap(column: number, key: string): void {
    for (let top = this.frames.at(-1); top; top = this.frames.at(-1)) {
      if (top.column < column || (top.column === column && top.kind === 'map')) break
      this.frames.pop()
    }
    const top = this.frames.at(-1)
    const map = top?.kind === 'map' && top.column === column ? top : this.#open('map', column)
    this.#take(map, key)
  }

  #take(map: Frame, key: string): void {
    map.key = key
    map.keys.push(key)
    this.#onKey(this.frames)
  }

  #open(kind: Frame['kind'], column: number): Frame {
    const frame: Frame = { kind, column, key: undefined, keys: [], index: 0 }
    this.frames.push(frame)
    return frame
  }

  #readValue(afterColon: number, end: number, column: number): void {
    const text = this.#text
    this.#afterColon = afterColon
    let at = skipSpaces(text, afterColon, end)
    // An anchor or a tag precedes the value.
    while (at < end && (text.charAt(at) === '&' || text.charAt(at) === '!')) {
      while (at < end && !isSpace(text.charAt(at))) at += 1
      at = skipSpaces(text, at, end)
    }
    const first = at < end ? text.charAt(at) : ''
    if (first === '|' || first === '>') {
      this.#scalarColumn = column
      this.tail = { kind: 'text' }
    } else if (first === '{' || first === '[') this.readFlow(at, end)
    else if (this.#commentIn(at, end)) this.tail = { kind: 'comment' }
    else this.tail = { kind: 'value', start: at, afterColon }
  }

  /** Whether a comment begins between a value's start and `end`, outside of its quotes. */
  #commentIn(start: number, end: number): boolean {
    const quoted = this.#text.charAt(start) === '"' || this.#text.charAt(start) === "'"
    const from = quoted ? (closingQuote(this.#text, start, end) ?? end) : start
    for (let at = from; at < end; at++) if (isComment(this.#text, at, -1)) return true
    return false
  }

  /** Reads flow style on one line, up to `end` or to where its last bracket closes. */
  readFlow(start: number, end: number): void {
    const text = this.#text
    const column = this.frames.findLast(({ kind }) => !kind.startsWith('flow'))?.column ?? -1
    let word: number | undefined
    for (let at = start; at < end; at++) {
      const character = text.charAt(at)
      const top = this.frames.at(-1)
      if (isSpace(character)) continue
      if (isComment(text, at, start)) {
        this.tail = { kind: 'comment' }
        return
      }
      if (word === undefined && (character === '"' || character === "'")) {
        word = at
        at = closingQuote(text, at, end) ?? end
      } else if (character === '{' || character === '[') {
        this.#open(character === '{' ? 'flow-map' : 'flow-list', column)
        word = undefined
      } else if (character === '}' || character === ']') {
        this.frames.pop()
        word = undefined
        if (!this.inFlow) {
          this.tail = this.#commentIn(at + 1, end) ? { kind: 'comment' } : { kind: 'text' }
          return
        }
      } else if (character === ',' && top) {
        top.key = undefined
        top.index += 1
        word = undefined
      } else if (character === ':' && top?.kind === 'flow-map' && top.key === undefined && endsFlowKey(text, at, end)) {
        const key = text.slice(word ?? at, at).trim()
        this.#take(top, key.replace(/^(["'])(.*)\1$/, '$2'))
        this.#afterColon = at + 1
        word = undefined
      } else word ??= at
    }
    this.tail = this.#flowTail(word ?? end)
  }

  #flowTail(start: number): Tail {
    const top = this.frames.at(-1)
    if (top?.kind === 'flow-list') return { kind: 'flow-item', start }
    if (top?.key === undefined) return { kind: 'flow-key', start }
    return { kind: 'flow-value', start, afterColon: this.#afterColon }
  }
}

function endsFlowKey(text: string, colon: number, end: number): boolean {
  const next = colon + 1 < end ? text.charAt(colon + 1) : ' '
  const before = text.charAt(colon - 1)
  return isSpace(next) || [',', '}', ']'].includes(next) || before === '"' || before === "'"
}
