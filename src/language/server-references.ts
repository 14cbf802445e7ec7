import type { FleetDocument } from '../fleet/document'
import type { TextRange } from '../fleet/text'

/** A place that a server's name stands at, without quotes around it. */
export interface NamePlace {
  readonly range: TextRange
  readonly kind: 'definition' | 'reference'
}

/** The server whose name is at an offset, where it is defined or referred to, and the place that is there. */
export function serverNameAt(
  document: FleetDocument,
  offset: number,
): { readonly name: string; readonly range: TextRange } | undefined {
  const { path, part } = document.pathAt(offset)
  const [top, second] = path
  const name =
    path.length !== 2
      ? undefined
      : top === 'servers' && part === 'key'
        ? String(second)
        : top === 'load_balancer' && second === 'server' && part === 'value'
          ? referredServer(document)
          : undefined
  const range = name !== undefined && placesOf(document, name).find(place => holds(place.range, offset))?.range
  return name !== undefined && range ? { name, range } : undefined
}

/** Every place that a server's name stands at: its key under `servers`, and `load_balancer.server`. */
export function placesOf(document: FleetDocument, name: string): readonly NamePlace[] {
  const definition = document.rangeOf(['servers', name], 'key')
  const reference =
    referredServer(document) === name ? document.rangeOf(['load_balancer', 'server'], 'value') : undefined
  return [
    ...(reference ? [{ range: unquoted(document, reference), kind: 'reference' as const }] : []),
    ...(definition ? [{ range: unquoted(document, definition), kind: 'definition' as const }] : []),
  ]
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
