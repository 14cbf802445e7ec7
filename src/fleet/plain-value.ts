import { t } from '@vscode/l10n'
import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type Pair, visit } from 'yaml'
import type { TextRange } from './text'

/** Anchors may be used at most this often: enough for people, too few for an alias bomb. */
const mostAliases = 100

/** How many values a text with aliases may expand to: those of about a thousand servers. */
const mostValues = 50_000

/** A plain value, or why there is none and where. */
export type PlainValue = { readonly value: unknown } | { readonly message: string; readonly range: TextRange }

/** The plain value of a parsed text, aliases followed; undefined for an empty one. Refuses values that aliases make endless or huge. */
export function plainValue(document: Document.Parsed, text: string): PlainValue {
  const firstAlias = /(?<=[\s,[{])\*[^\s,\]}]/.exec(text)?.index ?? 0
  const range = (at: number) => ({ start: Math.min(at, text.length), end: Math.min(at + 1, text.length) })
  try {
    const value: unknown = document.toJS({ maxAliasCount: mostAliases }) ?? undefined
    if (!text.includes('*') || !growsBeyond(value, mostValues)) return { value }
    return {
      message: t(
        'These aliases stand for more than {0} values, or one for something that it is part of. Write the values out.',
        mostValues,
      ),
      range: range(firstAlias),
    }
  } catch (error) {
    const merge = mergeOfNoMap(document)
    if (merge) return merge
    const unresolved = /^Unresolved alias .*: (\S+)$/s.exec(error instanceof Error ? error.message : '')?.[1]
    if (unresolved !== undefined) {
      const at = Math.max(0, text.indexOf(`*${unresolved}`))
      return {
        message: withoutAnchor(unresolved),
        range: { start: at, end: Math.min(at + 1 + unresolved.length, text.length) },
      }
    }
    if (error instanceof ReferenceError)
      return {
        message: t('Aliases are used more than {0} times. Write the values out.', mostAliases),
        range: range(firstAlias),
      }
    return { message: t('These values cannot be read. Write them out without anchors and aliases.'), range: range(0) }
  }
}

const withoutAnchor = (name: string): string =>
  t('No anchor &{0} stands above this. Write the value out, or give the anchor first.', name)

/** The first `<<` that merges something other than a map, which the parser does not report distinctly. */
function mergeOfNoMap(document: Document.Parsed): Extract<PlainValue, { message: string }> | undefined {
  const source = (node: unknown) => (isAlias(node) ? node.resolve(document) : node)
  const isMapOrMaps = (node: unknown) => isMap(node) || (isSeq(node) && node.items.every(item => isMap(source(item))))
  const found: Pair[] = []
  visit(document, {
    Pair: (_, pair) => {
      if (!isScalar(pair.key) || pair.key.source !== '<<' || pair.key.type !== 'PLAIN') return undefined
      if (isMapOrMaps(source(pair.value))) return undefined
      found.push(pair)
      return visit.BREAK
    },
  })
  const [{ key, value } = { key: undefined, value: undefined }] = found
  const [start, end] =
    [value, key].flatMap(node => (isNode(node) && node.range ? [node.range] : [])).find(([from, to]) => from < to) ?? []
  if (start === undefined || end === undefined) return undefined
  return {
    message:
      isAlias(value) && !value.resolve(document)
        ? withoutAnchor(value.source)
        : t('"<<" merges the map that an anchor names, such as *base, and this is none. Name one, or remove the key.'),
    range: { start, end },
  }
}

/** Whether a value contains more than `most` values, counting shared ones each time they occur. */
function growsBeyond(value: unknown, most: number): boolean {
  const left = [value]
  for (let count = 0; left.length > 0; count++) {
    if (count > most) return true
    const next = left.pop()
    if (typeof next !== 'object' || next === null) continue
    for (const inner of Array.isArray(next) ? next : Object.values(next)) left.push(inner)
  }
  return false
}
