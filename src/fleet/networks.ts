import { addressKind, plainAddress } from './addresses'

/**
 * An address or network as nft and ufw write it: host bits cleared, IPv6 in its short form (RFC 5952), `/32` and `/128` left out.
 * `text` is one that the schema accepts; anything else is returned unchanged.
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

/** Each once, and none that another one contains: nft refuses overlapping intervals. In a stable order, IPv4 first. */
export function distinctNetworks(texts: readonly string[]): readonly string[] {
  const all = [...new Set(texts.map(canonicalNetwork))]
  return all.filter(one => !all.some(other => other !== one && holds(other, one))).toSorted(byFamily)
}

/** Whether every address of `inner` is in `outer`. Both are canonical. */
function holds(outer: string, inner: string): boolean {
  const [, length] = outer.split('/')
  const [address = '', innerLength] = inner.split('/')
  if (length === undefined || address.includes(':') !== outer.includes(':')) return false
  if (innerLength !== undefined && Number(innerLength) < Number(length)) return false
  return canonicalNetwork(`${address}/${length}`) === outer
}

/**
 * Whether two lists hold the same addresses, however they are divided: nft lists neighbours as one range, `10.0.0.1-10.0.0.3`.
 */
export function isSameCoverage(a: readonly string[], b: readonly string[]): boolean {
  return coverageOf(a) === coverageOf(b)
}

/** The fewest networks that hold the same addresses as an address, a network or a range. Canonical. */
export function networksOf(text: string): readonly string[] {
  if (!text.includes('-')) return [canonicalNetwork(text)]
  const { first, last } = rangeOf(text)
  const bits = text.includes(':') ? 128 : 32
  const found: string[] = []
  for (let next = first; next <= last; ) {
    let prefix = bits
    // Double it while it begins where a network twice as large would, and that one does not pass the end.
    while (prefix > 0 && next % sizeOf(bits, prefix - 1) === 0n && next + sizeOf(bits, prefix - 1) - 1n <= last)
      prefix--
    found.push(canonicalNetwork(`${addressOf(next, bits)}/${prefix}`))
    next += sizeOf(bits, prefix)
  }
  return found
}

const sizeOf = (bits: number, prefix: number): bigint => 2n ** BigInt(bits - prefix)

function addressOf(number: bigint, bits: number): string {
  const [count, step, base, separator] = bits === 32 ? [4, 8n, 10, '.'] : [8, 16n, 16, ':']
  const part = (at: number) => (number >> (step * BigInt(count - 1 - at))) & (2n ** step - 1n)
  return Array.from({ length: count }, (_, at) => part(at).toString(base)).join(separator)
}

interface Range {
  readonly first: bigint
  readonly last: bigint
}

function coverageOf(texts: readonly string[]): string {
  const families = [texts.filter(text => !text.includes(':')), texts.filter(text => text.includes(':'))]
  return families
    .map(family =>
      merged(family.map(rangeOf))
        .map(({ first, last }) => `${first}-${last}`)
        .join(),
    )
    .join('/')
}

function merged(ranges: readonly Range[]): readonly Range[] {
  const found: Range[] = []
  for (const range of ranges.toSorted((a, b) => (a.first < b.first ? -1 : Number(a.first > b.first)))) {
    const before = found.at(-1)
    if (!before || range.first > before.last + 1n) found.push(range)
    else if (range.last > before.last) found[found.length - 1] = { first: before.first, last: range.last }
  }
  return found
}

/** The first and the last address of an address, a network or a range, as numbers. */
function rangeOf(text: string): Range {
  const [from = '', to] = text.split('-')
  if (to !== undefined) return { first: numberOf(from), last: numberOf(to) }
  const [address = '', length] = canonicalNetwork(text).split('/')
  const bits = address.includes(':') ? 128n : 32n
  const first = numberOf(address)
  return { first, last: first + 2n ** (bits - BigInt(length ?? bits)) - 1n }
}

function numberOf(address: string): bigint {
  const plain = plainAddress(address)
  const [bits, prefix] = plain.includes(':') ? [16n, '0x'] : [8n, '']
  return plain.split(/[.:]/).reduce((sum, part) => (sum << bits) + BigInt(`${prefix}${part}`), 0n)
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
