import { addressKind, plainAddress } from './addresses'

/**
 * An address or network as nft and ufw write it: host bits cleared, IPv6 in its short form (RFC 5952), `/32` and `/128` left out.
 * `text` is one that the schema lets through; anything else comes back as it is.
 */
export function canonicalNetwork(text: string): string {
  const [address = '', length] = text.split('/')
  const kind = addressKind(address)
  if (kind !== 'ipv4' && kind !== 'ipv6') return text
  const plain = plainAddress(address)
  const isFour = !plain.includes(':')
  const [bits, step, base] = isFour ? [32, 8, 10] : [128, 16, 16]
  const prefix = length === undefined ? bits : Math.max(0, Number(length) - (isFour && kind === 'ipv6' ? 96 : 0))
  const parts = plain.split(isFour ? '.' : ':').map((part, index) => {
    const kept = Math.min(step, Math.max(0, prefix - index * step))
    const mask = (2 ** step - 1) & ~(2 ** (step - kept) - 1)
    return (Number.parseInt(part, base) & mask).toString(base)
  })
  const shown = isFour ? parts.join('.') : shortest(parts)
  return prefix === bits ? shown : `${shown}/${prefix}`
}

/** Each once, and none that another one holds already: nft refuses intervals that overlap. In a stable order, IPv4 first. */
export function distinctNetworks(texts: readonly string[]): readonly string[] {
  const all = [...new Set(texts.map(canonicalNetwork))]
  return all.filter(one => !all.some(other => other !== one && holds(other, one))).toSorted(byFamily)
}

/** Whether every address of `inner` is one of `outer`. Both canonical. */
function holds(outer: string, inner: string): boolean {
  const [, length] = outer.split('/')
  const [address = '', innerLength] = inner.split('/')
  if (length === undefined || address.includes(':') !== outer.includes(':')) return false
  if (innerLength !== undefined && Number(innerLength) < Number(length)) return false
  return canonicalNetwork(`${address}/${length}`) === outer
}

const byFamily = (a: string, b: string): number =>
  Number(a.includes(':')) - Number(b.includes(':')) || (a < b ? -1 : Number(a > b))

/** Eight groups with the longest run of two zeros or more, the first of equals, as `::` (RFC 5952, 4.2). */
function shortest(groups: readonly string[]): string {
  const text = groups.join(':')
  const runs = [...text.matchAll(/(^|(?<=:))0(:0)+(?=:|$)/g)].toSorted((a, b) => b[0].length - a[0].length)
  const [longest] = runs
  if (!longest) return text
  const before = text.slice(0, longest.index).replace(/:$/, '')
  const after = text.slice(longest.index + longest[0].length).replace(/^:/, '')
  return `${before}::${after}`
}
