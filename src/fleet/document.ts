import {
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLError,
} from 'yaml'
import type { Finding } from './finding'
import type { TextRange } from './text'

/** Where something is in the tree: map keys and list indexes from the top, such as `['servers', 'core-1', 'workers']`. */
export type DocumentPath = readonly (string | number)[]

/** Zero-based; `character` counts UTF-16 code units, as LSP does by default. */
export interface Position {
  readonly line: number
  readonly character: number
}

/** Anchors are allowed, and used this often at most: enough for people, too few for a bomb of aliases. */
const mostAliases = 100

/**
 * A parsed fleet.yaml, right or wrong: its values as far as they can be known, and where each of them stands.
 * Ranges are looked up in the syntax tree when asked for; nothing is copied.
 */
export class FleetDocument {
  readonly text: string
  /** The plain value of the whole text; undefined for an empty one and for one that cannot be read. */
  readonly value: unknown
  /** The YAML errors, in order. */
  readonly syntax: readonly Finding[]
  readonly #contents: Node | null
  readonly #lines: LineCounter

  constructor(text: string) {
    this.text = text
    this.#lines = new LineCounter()
    const read = readYaml(text, this.#lines)
    this.value = read.value
    this.syntax = read.syntax
    this.#contents = read.contents
  }

  /** Where a key or its value stands; undefined if there is none. A value that is left out stands where its key does. */
  rangeOf(path: DocumentPath, part: 'key' | 'value'): TextRange | undefined {
    const last = path.at(-1)
    if (last === undefined) return this.#contents ? rangeOfNode(this.#contents) : undefined
    const parent = this.#nodeAt(path.slice(0, -1))
    if (isSeq(parent)) return rangeOfNode(parent.items[Number(last)])
    const pair = isMap(parent) ? pairOf(parent.items, last) : undefined
    if (!pair) return undefined
    const key = rangeOfNode(pair.key)
    const value = rangeOfNode(pair.value)
    return part === 'key' ? key : value && value.end > value.start ? value : key
  }

  /** The syntax node at a path, with aliases followed; for edits, which need to know block from flow style. */
  nodeAt(path: DocumentPath): Node | undefined {
    const node = this.#nodeAt(path)
    return isNode(node) ? node : undefined
  }

  /**
   * The path of the innermost key or item that an offset lies in, and whether it lies on the key. The empty path is the top.
   */
  pathAt(offset: number): { readonly path: DocumentPath; readonly part: 'key' | 'value' } {
    const path: (string | number)[] = []
    let node: unknown = this.#contents
    while (isMap(node) || isSeq(node)) {
      const inner = isMap(node) ? pairAround(node.items, offset) : itemAround(node.items, offset)
      if (!inner) break
      path.push(inner.step)
      if (inner.onKey) return { path, part: 'key' }
      node = inner.node
    }
    return { path, part: 'value' }
  }

  positionAt(offset: number): Position {
    const { line, col } = this.#lines.linePos(Math.max(0, Math.min(offset, this.text.length)))
    return line === 0 ? { line: 0, character: offset } : { line: line - 1, character: col - 1 }
  }

  #nodeAt(path: DocumentPath): unknown {
    let node: unknown = this.#contents
    for (const step of path) {
      if (isMap(node)) node = pairOf(node.items, step)?.value
      else if (isSeq(node)) node = node.items[Number(step)]
      else return undefined
      if (isAlias(node)) node = undefined
    }
    return node
  }
}

/** Reads a fleet.yaml. Never throws: what is wrong with the text is in `syntax`. */
export function parseFleetDocument(text: string): FleetDocument {
  return new FleetDocument(text)
}

interface ReadYaml {
  readonly contents: Node | null
  readonly value: unknown
  readonly syntax: readonly Finding[]
}

function readYaml(text: string, lineCounter: LineCounter): ReadYaml {
  try {
    const document = parseDocument(text, {
      lineCounter,
      prettyErrors: false,
      merge: true,
      resolveKnownTags: false,
      logLevel: 'error',
    })
    const syntax = document.errors.slice(0, mostErrors).map(error => yamlFinding(error, text))
    const read = plainValue(() => document.toJS({ maxAliasCount: mostAliases }))
    const bomb = 'message' in read ? [syntaxFinding({ start: 0, end: Math.min(1, text.length) }, read.message)] : []
    return {
      contents: isNode(document.contents) ? document.contents : null,
      value: 'value' in read ? read.value : undefined,
      syntax: [...syntax, ...bomb],
    }
  } catch {
    // The parser recurses: text that nests deeper than the stack ends here.
    return {
      contents: null,
      value: undefined,
      syntax: [
        syntaxFinding(
          { start: 0, end: Math.min(1, text.length) },
          'This nests deeper than any fleet.yaml. Remove the brackets or the indentation that nothing needs.',
        ),
      ],
    }
  }
}

function plainValue(read: () => unknown): { readonly value: unknown } | { readonly message: string } {
  try {
    return { value: read() ?? undefined }
  } catch (error) {
    if (error instanceof ReferenceError) {
      return {
        message: `Aliases are used more than ${mostAliases} times, or one names an anchor that is not there. Write the values out.`,
      }
    }
    return { message: 'These values cannot be read. Write them out without anchors and aliases.' }
  }
}

/** What comes after so many errors is their consequence. */
const mostErrors = 100

/** What the parser's own messages do not say: what to do. */
const syntaxHints: Partial<Record<YAMLError['code'], string>> = {
  TAB_AS_INDENT: 'YAML does not allow a tab for indentation. Use spaces.',
  DUPLICATE_KEY: 'This key is given twice. Remove one, or put what both hold under the first.',
  MULTIPLE_DOCS: 'A fleet.yaml holds one document. Move what follows `---` to a file of its own.',
  BAD_INDENT: 'This is not in line with the keys beside it. Indent it as they are.',
  MISSING_CHAR: 'Something is missing here, such as a closing quote, a colon or a bracket.',
}

function yamlFinding(error: YAMLError, text: string): Finding {
  const [start, end] = error.pos
  const within = Math.min(start, text.length)
  // The parser points at the first character of a key; a person looks for the key.
  const word = error.code === 'DUPLICATE_KEY' ? (/^[^\s:,}]+/.exec(text.slice(within))?.[0].length ?? 1) : 1
  const message = syntaxHints[error.code]
  return syntaxFinding(
    { start: within, end: Math.min(Math.max(end, within + word), text.length) },
    message ? `${message} (${error.message})` : error.message,
  )
}

const syntaxFinding = (range: TextRange, message: string): Finding => ({
  code: 'yaml-syntax',
  severity: 'error',
  range,
  message,
  related: [],
  fixes: [],
})

function rangeOfNode(node: unknown): TextRange | undefined {
  if (!isNode(node) || !node.range) return undefined
  return { start: node.range[0], end: node.range[1] }
}

const keyOf = (pair: Pair): string => String(isScalar(pair.key) ? pair.key.value : pair.key)

function pairOf(items: readonly Pair[], key: string | number): Pair | undefined {
  return items.find(pair => keyOf(pair) === String(key))
}

interface Inner {
  readonly step: string | number
  readonly node: unknown
  readonly onKey: boolean
}

function pairAround(items: readonly Pair[], offset: number): Inner | undefined {
  // The last pair that begins at or before the offset: what follows a value, up to the next key, still belongs to it.
  const pair = items.findLast(
    candidate => isPair(candidate) && (rangeOfNode(candidate.key)?.start ?? Number.POSITIVE_INFINITY) <= offset,
  )
  if (!pair) return undefined
  return { step: keyOf(pair), node: pair.value, onKey: offset <= (rangeOfNode(pair.key)?.end ?? -1) }
}

function itemAround(items: readonly unknown[], offset: number): Inner | undefined {
  const index = items.findLastIndex(item => (rangeOfNode(item)?.start ?? Number.POSITIVE_INFINITY) <= offset)
  return index < 0 ? undefined : { step: index, node: items[index], onKey: false }
}
