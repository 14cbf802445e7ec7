/** Where a cursor is in a fleet.yaml, right or half typed: read from the lines, since a broken text has no tree. */
export interface CompletionContext {
  /** The keys that lead to the map which the cursor is in. */
  readonly path: readonly string[]
  /** The key whose value is being typed; undefined where a key is. */
  readonly key?: string
  /** The keys that this map has already. */
  readonly present: ReadonlySet<string>
  /** Inside `{ … }`, where a new key needs no line of its own. */
  readonly flow: boolean
  /** The column that keys of this map begin in. */
  readonly indentation: number
  /** Where the word under the cursor begins; it ends at the cursor. */
  readonly wordStart: number
}

const keyLine = /^(\s*)(?:- +)?("?)([^\s"#:{}[\],][^"#:{}[\],]*)\2\s*:(?:\s+(.*))?$/

/** Where the cursor at `offset` is. Reads each line at most twice, and never throws. */
export function completionContext(text: string, offset: number): CompletionContext {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1
  const before = text.slice(lineStart, offset)
  const wordStart = offset - (/[A-Za-z0-9_.@/%-]*$/.exec(before)?.[0].length ?? 0)
  const lines = text.split(/\r?\n/)
  const number = text.slice(0, lineStart).split('\n').length - 1
  const flow = openBraces(before)
  const indentation = /^\s*/.exec(before)?.[0].length ?? 0
  const parents = parentsOf(lines, number, indentation)
  if (flow.length > 0) return flowContext(before, flow, parents, wordStart)
  const [, , , key, value] = keyLine.exec(before) ?? []
  if (key !== undefined && (value !== undefined || /:\s$/.test(before))) {
    return { path: parents, key: key.trim(), present: new Set(), flow: false, indentation, wordStart }
  }
  return { path: parents, present: siblingsOf(lines, number, indentation), flow: false, indentation, wordStart }
}

/** The offsets of the `{` in a stretch of a line that are not closed in it. */
function openBraces(before: string): readonly number[] {
  const open: number[] = []
  let quote = ''
  for (const [at, character] of [...before].entries()) {
    if (quote) quote = character === quote ? '' : quote
    else if (character === '"' || character === "'") quote = character
    else if (character === '#' && /\s/.test(before.charAt(at - 1))) break
    else if (character === '{') open.push(at)
    else if (character === '}') open.pop()
  }
  return open
}

function flowContext(
  before: string,
  open: readonly number[],
  parents: readonly string[],
  wordStart: number,
): CompletionContext {
  const keys = open
    .map(at => /([A-Za-z0-9_.-]+)"?\s*:\s*$/.exec(before.slice(0, at))?.[1])
    .filter(key => key !== undefined)
  const inner = before.slice((open.at(-1) ?? 0) + 1)
  const last = inner.slice(inner.lastIndexOf(',') + 1)
  const [, key] = /^\s*"?([A-Za-z0-9_.-]+)"?\s*:\s/.exec(`${last} `) ?? []
  const present = new Set([...inner.matchAll(/([A-Za-z0-9_.-]+)"?\s*:/g)].map(match => match[1] ?? ''))
  const path = [...parents, ...keys]
  return {
    path,
    present,
    flow: true,
    indentation: 0,
    wordStart,
    ...(key !== undefined && last.includes(':') ? { key } : {}),
  }
}

function parentsOf(lines: readonly string[], number: number, indentation: number): readonly string[] {
  const parents: string[] = []
  let least = indentation
  for (let at = number - 1; at >= 0 && least > 0; at--) {
    const [, space, , key, value] = keyLine.exec(lines[at] ?? '') ?? []
    if (space === undefined || key === undefined || space.length >= least) continue
    least = space.length
    // A key with a value of its own holds no lines below it; the text is half typed.
    if (value === undefined || value === '' || value.startsWith('#') || value.startsWith('&'))
      parents.unshift(key.trim())
  }
  return parents
}

function siblingsOf(lines: readonly string[], number: number, indentation: number): ReadonlySet<string> {
  const present = new Set<string>()
  for (const step of [-1, 1]) {
    for (let at = number + step; at >= 0 && at < lines.length; at += step) {
      const line = lines[at] ?? ''
      if (line.trim() === '' || line.trimStart().startsWith('#')) continue
      const depth = /^\s*/.exec(line)?.[0].length ?? 0
      if (depth < indentation) break
      const key = depth === indentation ? keyLine.exec(line)?.[3] : undefined
      if (key !== undefined) present.add(key.trim())
    }
  }
  return present
}
