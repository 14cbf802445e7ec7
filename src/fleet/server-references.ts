import type { DocumentPath, FleetDocument } from './document'
import type { TextRange } from './text'
import { valueAt } from './value-at'

/** A place of a server's name, without the quotes around it. */
export interface NamePlace {
  readonly range: TextRange
  readonly kind: 'definition' | 'reference'
  /** Unquoted and on its own: a name such as 1 or true would not be text there. */
  readonly isBare: boolean
}

/**
 * The server whose name is at an offset, where it is defined or referred to, and that place. Undefined for a name
 * that no server has.
 */
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
  if (path.join('.') === reference.join('.')) return referredServer(document)
  if (path.at(-1) !== 'proxy_jump') return undefined
  return hopsAt(document, path).find(({ range }) => holds(range, offset))?.name
}

/**
 * Every place of a server's name: its key under `servers`, `load_balancer.server`, and each `proxy_jump` through it. None
 * for a name that no server has; an alias for a name does not count.
 */
export function placesOf(document: FleetDocument, name: string): readonly NamePlace[] {
  const definition = placeOf(document, document.rangeOf(['servers', name], 'key'), name)
  if (!definition) return []
  const referring = referredServer(document) === name && placeOf(document, document.rangeOf(reference, 'value'), name)
  return [
    ...(referring ? [{ ...referring, kind: 'reference' as const }] : []),
    ...jumpsThrough(document, name),
    { ...definition, kind: 'definition' },
  ]
}

/** Where `ssh.proxy_jump` may be in a fleet.yaml. */
export function jumpPaths({ value }: FleetDocument): readonly DocumentPath[] {
  const servers = Object.keys(valueAt(value, ['servers']) ?? {})
  return [[], ['load_balancer'], ...servers.map(server => ['servers', server])].map(holder => [
    ...holder,
    'ssh',
    'proxy_jump',
  ])
}

function jumpsThrough(document: FleetDocument, name: string): readonly NamePlace[] {
  return jumpPaths(document)
    .flatMap(path => hopsAt(document, path))
    .filter(hop => hop.name === name)
    .map(({ range, isBare }) => ({ range, isBare, kind: 'reference' as const }))
}

/** The hops of a `proxy_jump`, if each is written exactly as it is read. */
function hopsAt(
  document: FleetDocument,
  path: DocumentPath,
): readonly { readonly name: string; readonly range: TextRange; readonly isBare: boolean }[] {
  const written = valueAt(document.value, path)
  const place = typeof written === 'string' && placeOf(document, document.rangeOf(path, 'value'), written)
  if (!place) return []
  const { start } = place.range
  return [...written.matchAll(/[^,]+/g)].map(({ 0: name, index }) => ({
    name,
    range: { start: start + index, end: start + index + name.length },
    isBare: place.isBare && name === written,
  }))
}

const reference = ['load_balancer', 'server']

function referredServer({ value }: FleetDocument): string | undefined {
  const name = valueAt(value, reference)
  return typeof name === 'string' ? name : undefined
}

const holds = ({ start, end }: TextRange, offset: number): boolean => start <= offset && offset <= end

/** Where a text is within its node, which may include quotes or the header of a block. Undefined if it is written differently. */
function placeOf({ text }: FleetDocument, range: TextRange | undefined, written: string) {
  const node = text.slice(range?.start, range?.end)
  const at = node.lastIndexOf(written)
  if (!range || written === '' || at < 0 || node.startsWith('*')) return undefined
  const start = range.start + at
  return { range: { start, end: start + written.length }, isBare: node === written }
}
