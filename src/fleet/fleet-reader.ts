import { isCollection, isMap, isNode, isPair, isScalar, type Node, Pair, YAMLMap } from 'yaml'
import type { Finding } from './finding'
import { FleetDocument } from './fleet-document'
import { keyText } from './node-places'
import { duplicateKey, mostErrors, type ReadYaml, readYaml, yamlFinding } from './read-yaml'
import { type ServerBlocks, serverBlocks } from './server-blocks'

/** One server of a long text: parsed once, and moved to where it is in each text that has it. */
interface ServerEntry {
  readonly name: string
  readonly pair: Pair
  readonly value: unknown
  /** The end of its value, according to the parser. */
  end: number
  /** Ranges are from the beginning of the entry. */
  readonly syntax: readonly Finding[]
  start: number
}

/**
 * Reads the versions of one text, one after another. Of a long text only the servers that changed are parsed again; the others
 * are moved, so a document is only valid until the next one is read.
 */
export class FleetReader {
  readonly #leastLength: number | undefined
  #entries: ReadonlyMap<string, ServerEntry> = new Map()

  /** @param leastLength the length from which a text is read in parts; set by tests */
  constructor(leastLength?: number) {
    this.#leastLength = leastLength
  }

  /** Never throws: what is wrong with the text is in the document's `syntax`. */
  read(text: string): FleetDocument {
    const parts = serverBlocks(text, this.#leastLength)
    return new FleetDocument(text, (parts && this.#readInParts(text, parts)) ?? readYaml(text))
  }

  #readInParts(text: string, { blocks }: ServerBlocks): ReadYaml | undefined {
    const from = blocks[0]?.start ?? 0
    const to = blocks.at(-1)?.end ?? 0
    const frame = readYaml(text.slice(0, from) + text.slice(to))
    const holder = serversOf(frame)
    if (!holder) return undefined
    moveNode(frame.contents, to - from, from)
    const entries = new Map<string, ServerEntry>()
    const inOrder: ServerEntry[] = []
    for (const { start, end } of blocks) {
      const block = text.slice(start, end)
      const entry = this.#entries.get(block) ?? readEntry(block)
      // Not exactly one server, or a verbatim duplicate: only parsing the whole text tells what it is.
      if (!entry || entries.has(block)) return undefined
      moveEntry(entry, start)
      entries.set(block, entry)
      inOrder.push(entry)
    }
    this.#entries = entries
    const servers = mapOf(inOrder)
    holder.value = servers
    stretch(frame.contents, servers)
    const syntax = [
      ...frame.syntax.map(finding => moved(finding, to - from, from)),
      ...inOrder.flatMap(({ syntax: own, start }) => own.map(finding => moved(finding, start, 0))),
      ...duplicates(text, inOrder),
    ]
    return {
      contents: frame.contents,
      value: {
        ...(frame.value as object),
        servers: Object.fromEntries(inOrder.map(({ name, value }) => [name, value])),
      },
      syntax: syntax.toSorted((a, b) => a.range.start - b.range.start).slice(0, mostErrors),
    }
  }
}

/** The pair `servers` of a text with its servers removed. */
function serversOf({ contents, value }: ReadYaml): Pair | undefined {
  if (!isMap(contents) || typeof value !== 'object') return undefined
  const pair = contents.items.find(({ key }) => isScalar(key) && key.value === 'servers')
  return pair && (pair.value === null || (isScalar(pair.value) && pair.value.value === null)) ? pair : undefined
}

function readEntry(block: string): ServerEntry | undefined {
  const { contents, value, syntax } = readYaml(block)
  if (isScalar(contents) && contents.range && !block.trim().includes('\n') && syntax.length === 0)
    return wordEntry(block, contents)
  if (!isMap(contents) || contents.items.length !== 1 || !contents.range) return undefined
  const [pair] = contents.items
  if (!pair || !isScalar(pair.key) || typeof value !== 'object' || value === null) return undefined
  const [[name, own] = ['', undefined]] = Object.entries(value)
  return { name, pair, value: own, end: contents.range[1], syntax, start: 0 }
}

/** A server's name that is being typed, with no colon yet: in the whole text the parser sees a key without a value. */
function wordEntry(block: string, key: Node): ServerEntry | undefined {
  const [start, end] = key.range ?? [0, 0]
  const message = 'Implicit map keys need to be followed by map values'
  const missing = yamlFinding({ code: 'MISSING_CHAR', message, pos: [start, end] }, block)
  const name = keyText(key)
  return { name, pair: new Pair(key, null), value: null, end, syntax: [missing], start: 0 }
}

function mapOf(entries: readonly ServerEntry[]): YAMLMap {
  const map = new YAMLMap()
  map.items = entries.map(({ pair }) => pair)
  const [start] = (entries[0]?.pair.key as Node | undefined)?.range ?? [0]
  const end = entries.at(-1)?.end ?? start
  map.range = [start, end, end]
  return map
}

/** The whole ends no earlier than its servers. */
function stretch(whole: Node | null, { range }: YAMLMap): void {
  if (!whole?.range || !range) return
  whole.range = [whole.range[0], Math.max(whole.range[1], range[1]), Math.max(whole.range[2], range[2])]
}

function duplicates(text: string, entries: readonly ServerEntry[]): readonly Finding[] {
  const names = new Set<string>()
  return entries
    .filter(({ name }) => names.size === names.add(name).size)
    .map(({ pair }) => yamlFinding(duplicateKey(pair.key as Node), text))
}

function moved(finding: Finding, by: number, from: number): Finding {
  const move = (offset: number) => (offset >= from ? offset + by : offset)
  return { ...finding, range: { start: move(finding.range.start), end: move(finding.range.end) } }
}

function moveEntry(entry: ServerEntry, start: number): void {
  const by = start - entry.start
  if (by === 0) return
  moveNode(entry.pair.key, by, 0)
  moveNode(entry.pair.value, by, 0)
  entry.end += by
  entry.start = start
}

/** Moves a node and everything in it by a number of characters, as far as it is at or behind an offset. */
function moveNode(node: unknown, by: number, from: number): void {
  if (!isNode(node)) return
  const move = (offset: number) => (offset >= from ? offset + by : offset)
  if (node.range) node.range = [move(node.range[0]), move(node.range[1]), move(node.range[2])]
  if (!isCollection(node)) return
  for (const item of node.items) {
    if (!isPair(item)) moveNode(item, by, from)
    else {
      moveNode(item.key, by, from)
      moveNode(item.value, by, from)
    }
  }
}
