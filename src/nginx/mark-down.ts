import { applyTextEdits } from '../fleet/text'
import { normalAddress } from './address'
import { readUpstream } from './read-upstream'

/**
 * Marks `server` lines of the upstream `down`, by their addresses, and touches nothing else: missing addresses and lines that
 * are down already are ignored.
 * Throws UpstreamError if the name occurs twice, or the text is not an nginx configuration.
 */
export function markDown(text: string, name: string, addresses: ReadonlySet<string>): string {
  return downMarker(text, name)(addresses)
}

/** The same for a text that is marked repeatedly, as when a rollout marks batch after batch: it is parsed only once. */
export function downMarker(text: string, name: string): (addresses: ReadonlySet<string>) => string {
  const lines = readUpstream(text, name)?.servers.filter(server => !server.down) ?? []
  return addresses => {
    const wanted = new Set([...addresses].map(normalAddress))
    const marked = lines.filter(server => wanted.has(server.normalAddress))
    // Insert right before the semicolon: after every parameter, where no comment can hide it.
    return applyTextEdits(
      text,
      marked.map(({ range }) => ({ range: { start: range.end - 1, end: range.end - 1 }, newText: ' down' })),
    )
  }
}
