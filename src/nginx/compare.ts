import { readUpstream, type UpstreamBlock } from './read-upstream'

/** One way in which the live upstream is not what fleet.yaml says. Order, comments and white space are none. */
export type UpstreamDifference =
  | { readonly kind: 'missing-block' }
  /** fleet.yaml has this worker, and nginx does not. */
  | { readonly kind: 'missing-line'; readonly address: string }
  /** nginx has this address, and fleet.yaml does not. */
  | { readonly kind: 'extra-line'; readonly address: string }
  /** Parameters of a `server` line, empty where there are none. */
  | { readonly kind: 'parameters'; readonly address: string; readonly wanted: string; readonly found: string }
  /** A directive of the block, such as `keepalive`; undefined where it is not there. */
  | {
      readonly kind: 'directive'
      readonly directive: string
      readonly wanted: string | undefined
      readonly found: string | undefined
    }

/** What nginx does without the parameter, so that writing it or not is the same (ngx_http_upstream_module, "server"). */
const withoutEffect = new Set(['weight=1', 'max_fails=1', 'fail_timeout=10s', 'fail_timeout=10', 'max_conns=0'])

/** Compares what a fleet renders to with the live file. Throws UpstreamError if the live text has the name twice or is broken. */
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
  const live = new Map(found.servers.map(server => [server.normalAddress, server]))
  for (const server of wanted.servers) {
    const other = live.get(server.normalAddress)
    live.delete(server.normalAddress)
    if (!other) {
      yield { kind: 'missing-line', address: server.address }
      continue
    }
    const [wantedParameters, foundParameters] = [meaningOf(server.parameters), meaningOf(other.parameters)]
    if (wantedParameters !== foundParameters)
      yield { kind: 'parameters', address: server.address, wanted: wantedParameters, found: foundParameters }
  }
  for (const server of live.values()) yield { kind: 'extra-line', address: server.address }
}

const meaningOf = (parameters: readonly string[]): string =>
  parameters
    .filter(parameter => !withoutEffect.has(parameter))
    .toSorted()
    .join(' ')

function* compareDirectives(wanted: UpstreamBlock, found: UpstreamBlock): Generator<UpstreamDifference> {
  for (const directive of new Set([...wanted.directives.keys(), ...found.directives.keys()])) {
    const [written, live] = [wanted.directives.get(directive), found.directives.get(directive)]
    if (written !== live) yield { kind: 'directive', directive, wanted: written, found: live }
  }
}
