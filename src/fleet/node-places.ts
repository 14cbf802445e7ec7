import { isCollection, isNode, isPair, isScalar } from 'yaml'

// The parser ends block values after their last line end, and sometimes after comments. An edit needs to know where their
// last character is.

/** Where a node begins, behind its anchor and its tag. */
export function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined
}

/** The offset behind the last character of a node or a pair; comments behind it are not part of it. */
export function endOf(text: string, node: unknown): number | undefined {
  if (isPair(node)) {
    const end = endOf(text, node.value)
    // An omitted value has no place.
    return end !== undefined && end > (startOf(node.value) ?? end) ? end : endOf(text, node.key)
  }
  if (isCollection(node) && !node.flow && node.items.length > 0) return endOf(text, node.items.at(-1))
  if (!isNode(node) || !node.range) return undefined
  const [start, end] = node.range
  return start + text.slice(start, end).trimEnd().length
}

/** Where a pair's value may begin: behind the colon of its key. Undefined for a key that has none yet. */
export function afterColon(text: string, keyEnd: number): number | undefined {
  const colon = /^["']?\s*:/.exec(text.slice(keyEnd, keyEnd + 200))
  return colon ? keyEnd + colon[0].length : undefined
}

/** A key as in the plain value: an empty text for none, and a merge key, for which the parser has a symbol, as it is written. */
export function keyText(key: unknown): string {
  if (!isScalar(key)) return String(key)
  return typeof key.value === 'symbol' ? '<<' : String(key.value ?? '')
}
