import { type Alias, isAlias, isMap, isNode, isPair, isSeq, type Node, type Pair, visit, type YAMLMap } from 'yaml'
import type { Finding } from './finding'
import { keyText } from './node-places'
import type { ReadYaml } from './read-yaml'
import type { TextRange } from './text'

/** Where something is in the tree: map keys and list indexes from the top, such as `['servers', 'core-1', 'workers']`. */
export type DocumentPath = readonly (string | number)[]

/**
 * A parsed fleet.yaml, valid or not: its values as far as they can be known, and where each of them is.
 * Ranges are looked up in the syntax tree when asked for; nothing is copied.
 */
export class FleetDocument {
  readonly text: string
  /** The plain value of the whole text; undefined for an empty one and for one that cannot be read. */
  readonly value: unknown
  /** The YAML errors, in order. */
  readonly syntax: readonly Finding[]
  readonly #contents: Node | null
  /** The pairs of the maps with many keys, by key. */
  readonly #pairs = new Map<YAMLMap, ReadonlyMap<string, Pair>>()

  constructor(text: string, { contents, value, syntax }: ReadYaml) {
    this.text = text
    this.value = value
    this.syntax = syntax
    this.#contents = contents
  }

  /** Where a key or its value is; undefined if there is none. An omitted value is where its key is. */
  rangeOf(path: DocumentPath, part: 'key' | 'value'): TextRange | undefined {
    const last = path.at(-1)
    if (last === undefined) return this.#contents ? rangeOfNode(this.#contents) : undefined
    const parent = this.#nodeAt(path.slice(0, -1))
    if (isSeq(parent)) return rangeOfNode(parent.items[Number(last)])
    const pair = isMap(parent) ? this.#pairOf(parent, last) : undefined
    if (!pair) return undefined
    const key = rangeOfNode(pair.key)
    const value = rangeOfNode(pair.value)
    return part === 'key' ? key : value && value.end > value.start ? value : key
  }

  /** The syntax node at a path, with aliases followed; for edits, which must tell block from flow style. */
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
      const inner = isMap(node) ? this.#pairAround(node.items, offset) : itemAround(node.items, offset)
      if (!inner) break
      path.push(inner.step)
      if (inner.onKey) return { path, part: 'key' }
      node = inner.node
    }
    return { path, part: 'value' }
  }

  #nodeAt(path: DocumentPath): unknown {
    let node: unknown = this.#contents
    for (const step of path) {
      if (isMap(node)) node = this.#pairOf(node, step)?.value
      else if (isSeq(node)) node = node.items[Number(step)]
      else return undefined
      if (isAlias(node)) node = undefined
    }
    return node
  }

  #pairOf(map: YAMLMap, key: string | number): Pair | undefined {
    if (map.items.length < fewKeys) return map.items.find(pair => this.#keyOf(pair) === String(key))
    const pairs =
      this.#pairs.get(map) ?? new Map(map.items.map(pair => [this.#keyOf(pair), pair]).toReversed() as [string, Pair][])
    this.#pairs.set(map, pairs)
    return pairs.get(String(key))
  }

  #keyOf({ key }: Pair): string {
    return keyText(isAlias(key) ? anchored(this.#contents, key) : key)
  }

  #pairAround(items: readonly Pair[], offset: number): Inner | undefined {
    // The last pair that begins at or before the offset: everything after a value, up to the next key, belongs to it.
    const pair = items.findLast(
      candidate => isPair(candidate) && (rangeOfNode(candidate.key)?.start ?? Number.POSITIVE_INFINITY) <= offset,
    )
    if (!pair) return undefined
    return { step: this.#keyOf(pair), node: pair.value, onKey: offset <= (rangeOfNode(pair.key)?.end ?? -1) }
  }
}

/** Below this, a linear search is as fast as a lookup. */
const fewKeys = 20

function rangeOfNode(node: unknown): TextRange | undefined {
  if (!isNode(node) || !node.range) return undefined
  return { start: node.range[0], end: node.range[1] }
}

/** What an alias stands for: the last node above it that has its anchor. */
function anchored(contents: Node | null, alias: Alias): Node | undefined {
  const found: Node[] = []
  visit(contents, {
    Node: (_, node) => {
      if (node === alias) return visit.BREAK
      if (!isAlias(node) && node.anchor === alias.source) found.push(node)
      return undefined
    },
  })
  return found.at(-1)
}

interface Inner {
  readonly step: string | number
  readonly node: unknown
  readonly onKey: boolean
}

function itemAround(items: readonly unknown[], offset: number): Inner | undefined {
  const index = items.findLastIndex(item => (rangeOfNode(item)?.start ?? Number.POSITIVE_INFINITY) <= offset)
  return index < 0 ? undefined : { step: index, node: items[index], onKey: false }
}
