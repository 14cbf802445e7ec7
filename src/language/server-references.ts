import type { DocumentPath, FleetDocument } from '../fleet/document'
import type { TextRange } from '../fleet/text'
import { valueAt } from '../fleet/value-at'

/** A place that a server's name stands at, without quotes around it. */
export interface NamePlace {
  readonly range: TextRange
  readonly kind: 'definition' | 'reference'
  /** One of several names in one text. */
  readonly isPart?: boolean
}

/** The server whose name is at an offset, where it is defined or referred to, and the place that is there. */
export function serverNameAt(
  document: FleetDocument,
  offset: number,
): { readonly name: string; readonly range: TextRange } | undefined {
  const { path, part } = document.pathAt(offset)
  const name = part === 'key' ? definedAt(path) : referredAt(document, path, offset)
  const range = name !== undefined && placesOf(document, name).find(place => holds(place.range, offset))?.range
  return name !== undefined && range ? { name, range } : undefined
}

const definedAt = (path: DocumentPath): string | undefined =>
  path.length === 2 && path[0] === 'servers' ? String(path[1]) : undefined

function referredAt(document: FleetDocument, path: DocumentPath, offset: number): string | undefined {
  if (path.join('.') === 'load_balancer.server') return referredServer(document)
  if (path.at(-1) !== 'proxy_jump') return undefined
  const hop = hopsAt(document, path).find(({ range }) => holds(range, offset))?.name
  // Another host is none of the file's names.
  return hop !== undefined && document.rangeOf(['servers', hop], 'key') ? hop : undefined
}

/** Every place that a server's name stands at: its key under `servers`, `load_balancer.server`, and each `proxy_jump` through it. */
export function placesOf(document: FleetDocument, name: string): readonly NamePlace[] {
  const definition = document.rangeOf(['servers', name], 'key')
  const reference =
    referredServer(document) === name ? document.rangeOf(['load_balancer', 'server'], 'value') : undefined
  return [
    ...(reference ? [{ range: unquoted(document, reference), kind: 'reference' as const }] : []),
    ...(definition ? jumpsThrough(document, name) : []),
    ...(definition ? [{ range: unquoted(document, definition), kind: 'definition' as const }] : []),
  ]
}

function jumpsThrough(document: FleetDocument, name: string): readonly NamePlace[] {
  const servers = Object.keys(valueAt(document.value, ['servers']) ?? {})
  return [['ssh'], ['load_balancer', 'ssh'], ...servers.map(server => ['servers', server, 'ssh'])]
    .flatMap(ssh => hopsAt(document, [...ssh, 'proxy_jump']))
    .filter(hop => hop.name === name)
    .map(({ range, isPart }) => ({ range, isPart, kind: 'reference' as const }))
}

/** The hops of a `proxy_jump`, where each is written as it is read. */
function hopsAt(
  document: FleetDocument,
  path: DocumentPath,
): readonly { readonly name: string; readonly range: TextRange; readonly isPart: boolean }[] {
  const written = valueAt(document.value, path)
  const range = document.rangeOf(path, 'value')
  if (typeof written !== 'string' || !range) return []
  const { start, end } = unquoted(document, range)
  if (document.text.slice(start, end) !== written) return []
  return [...written.matchAll(/[^,]+/g)].map(({ 0: name, index }) => ({
    name,
    range: { start: start + index, end: start + index + name.length },
    isPart: name !== written,
  }))
}

function referredServer({ value }: FleetDocument): string | undefined {
  const { load_balancer: balancer } = (value ?? {}) as { load_balancer?: { server?: unknown } | null }
  return typeof balancer?.server === 'string' ? balancer.server : undefined
}

const holds = ({ start, end }: TextRange, offset: number): boolean => start <= offset && offset <= end

function unquoted({ text }: FleetDocument, { start, end }: TextRange): TextRange {
  const quoted = ['"', "'"].includes(text.charAt(start)) && end - start > 1
  return quoted ? { start: start + 1, end: end - 1 } : { start, end }
}
