import type { TextRange } from './text'

/** A long fleet.yaml, split where servers begin. */
export interface ServerBlocks {
  /** One server each, from the beginning of its line to the next one's. Together they are everything below `servers:`. */
  readonly blocks: readonly TextRange[]
}

/** Shorter texts are read just as fast as a whole. */
const leastLength = 4_096

const opening = /^servers:[ \t]*(?:#[^\n]*)?\r?\n/gm
const serverLine = /[A-Za-z0-9][\w.-]*(?:[ \t]*:(?=[ \t\r\n]|$)|[ \t]*\r?$)/my

/**
 * Splits a long text in block style into its servers by indentation alone: in block style a line with the indentation of
 * the servers begins a server and ends everything before it (YAML 1.2.2, 8.2.2). Undefined for a text in any other style,
 * and for one with anchors or aliases, which reach from one server to another.
 */
export function serverBlocks(text: string, least = leastLength): ServerBlocks | undefined {
  if (text.length < least || /[&*]/.test(text) || !isBlockStyle(text)) return undefined
  const [first, second] = text.matchAll(opening)
  if (!first || second) return undefined
  const starts: number[] = []
  let column: number | undefined
  let start = first.index + first[0].length
  for (let end = lineAfter(text, start); start < text.length; start = end, end = lineAfter(text, start)) {
    let content = start
    while (text.charAt(content) === ' ') content += 1
    const character = text.charAt(content)
    if (content >= end || character === '#' || character === '\r' || character === '\n') continue
    const indentation = content - start
    if (character === '\t' && starts.length > 0) continue
    if (indentation === 0 && /[A-Za-z_]/.test(character)) break
    if (indentation === 0) return undefined
    column ??= indentation
    if (indentation > column) continue
    serverLine.lastIndex = content
    if (indentation < column || !serverLine.test(text)) return undefined
    // A word alone is a name that is being typed, unless nothing is above it: then it is the whole value of `servers`.
    if (starts.length === 0 && !text.slice(content, serverLine.lastIndex).endsWith(':')) return undefined
    starts.push(start)
  }
  const ends = [...starts.slice(1), start]
  return starts.length === 0
    ? undefined
    : { blocks: starts.map((from, index) => ({ start: from, end: ends[index] ?? start })) }
}

/** Whether the first line with content begins with a plain key: inside brackets or quotes, indentation means nothing. */
function isBlockStyle(text: string): boolean {
  for (let start = text.startsWith('\uFEFF') ? 1 : 0; start < text.length; start = lineAfter(text, start)) {
    const line = text.slice(start, lineAfter(text, start)).trim()
    if (line !== '' && line !== '---' && !line.startsWith('#')) return /^[A-Za-z_]/.test(text.slice(start, start + 1))
  }
  return false
}

function lineAfter(text: string, start: number): number {
  const newline = text.indexOf('\n', start)
  return newline < 0 ? text.length : newline + 1
}
