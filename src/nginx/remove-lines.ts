import { applyTextEdits, type TextRange } from '../fleet/text'
import { normalAddress } from './address'
import { readUpstream } from './read-upstream'

/**
 * Removes the `server` lines of these addresses from an upstream, each with the comment that follows it and, if nothing else is on
 * it, its whole line. Nothing else is touched; a missing address is ignored.
 * Throws UpstreamError if the name occurs twice, or the text is not an nginx configuration.
 */
export function removeLines(text: string, name: string, addresses: ReadonlySet<string>): string {
  const gone = new Set([...addresses].map(normalAddress))
  const lines = readUpstream(text, name)?.servers.filter(server => gone.has(server.normalAddress)) ?? []
  return applyTextEdits(
    text,
    lines.map(({ range }) => ({ range: wholeLine(text, range), newText: '' })),
  )
}

function wholeLine(text: string, { start, end }: TextRange): TextRange {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  const rest = /^[ \t]*(#[^\r\n]*)?(\r?\n|$)/.exec(text.slice(end))
  return rest && text.slice(lineStart, start).trim() === ''
    ? { start: lineStart, end: end + rest[0].length }
    : { start, end }
}
