import { meaningOfDirective, meaningOfParameter, withoutEffect } from './meaning'
import { byAddress, readUpstream, type UpstreamBlock, type UpstreamServer } from './read-upstream'

/** One way in which the live upstream differs from fleet.yaml. Order, comments and white space do not count. */
export type UpstreamDifference =
  | { readonly kind: 'missing-block' }
  /** fleet.yaml has this worker, and nginx does not. */
  | { readonly kind: 'missing-line'; readonly address: string }
  /** nginx has this address, and fleet.yaml does not. */
  | { readonly kind: 'extra-line'; readonly address: string }
  /** nginx has several lines for this address, each of which gets its share of the calls. */
  | { readonly kind: 'repeated-line'; readonly address: string }
  /** Parameters of a `server` line, empty where there are none. */
  | { readonly kind: 'parameters'; readonly address: string; readonly wanted: string; readonly found: string }
  /** A directive of the block, such as `keepalive`; undefined if it is missing. */
  | {
      readonly kind: 'directive'
      readonly directive: string
      readonly wanted: string | undefined
      readonly found: string | undefined
    }

/** Compares the rendered upstream of a fleet with the live file. Throws UpstreamError if the live text has the name twice or is broken. */
export function compareUpstream(
  rendered: string,
  live: string | undefined,
  name: string,
): readonly UpstreamDifference[] {
  const wanted = readUpstream(rendered, name)
  const found = live === undefined ? undefined : readUpstream(live, name)
  if (!wanted || !found) return wanted ? [{ kind: 'missing-block' }] : []
  return [...compareLines(wanted, found), ...compareDirectives(wanted, found)]
}

function* compareLines(wanted: UpstreamBlock, found: UpstreamBlock): Generator<UpstreamDifference> {
  const live = byAddress(found.servers)
  for (const server of wanted.servers) {
    const [other, ...repeated] = live.get(server.normalAddress) ?? []
    live.delete(server.normalAddress)
    if (!other) yield { kind: 'missing-line', address: server.address }
    else yield* compareParameters(server, other)
    if (repeated.length > 0) yield { kind: 'repeated-line', address: server.address }
  }
  for (const [server] of live.values()) if (server) yield { kind: 'extra-line', address: server.address }
}

function* compareParameters(wanted: UpstreamServer, found: UpstreamServer): Generator<UpstreamDifference> {
  if (meaningOf(wanted) !== meaningOf(found))
    yield { kind: 'parameters', address: wanted.address, wanted: written(wanted), found: written(found) }
}

const effective = ({ parameters }: UpstreamServer) => parameters.filter(parameter => !withoutEffect(parameter))

const meaningOf = (server: UpstreamServer): string => effective(server).map(meaningOfParameter).toSorted().join(' ')

const written = (server: UpstreamServer): string => effective(server).toSorted().join(' ')

function* compareDirectives(wanted: UpstreamBlock, found: UpstreamBlock): Generator<UpstreamDifference> {
  for (const directive of new Set([...wanted.directives.keys(), ...found.directives.keys()])) {
    const [written, live] = [wanted.directives.get(directive), found.directives.get(directive)]
    if (meaningOfDirective(directive, written) !== meaningOfDirective(directive, live))
      yield { kind: 'directive', directive, wanted: written, found: live }
  }
}
