import { applyTextEdits } from '../fleet/text'
import { normalAddress } from './address'
import { readUpstream } from './read-upstream'

/**
 * Marks `server` lines of the upstream `down`, by their addresses, and touches nothing else: an address that is not there, and
 * a line that is down already, stay as they are.
 * Throws UpstreamError if the name occurs twice, or the text is no nginx configuration.
 */
export function markDown(text: string, name: string, addresses: ReadonlySet<string>): string {
  return downMarker(text, name)(addresses)
}

/** The same for a text that is marked in many ways, as a rollout marks one batch after another: it is read only once. */
export function downMarker(text: string, name: string): (addresses: ReadonlySet<string>) => string {
  const lines = readUpstream(text, name)?.servers.filter(server => !server.down) ?? []
  return addresses => {
    const wanted = new Set([...addresses].map(normalAddress))
    const marked = lines.filter(server => wanted.has(server.normalAddress))
    // Before the semicolon: behind every parameter, and behind nothing that a comment could hide.
    return applyTextEdits(
      text,
      marked.map(({ range }) => ({ range: { start: range.end - 1, end: range.end - 1 }, newText: ' down' })),
    )
  }
}
