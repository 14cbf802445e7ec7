import { applyTextEdits, type TextEdit } from '../fleet/text'
import { normalAddress } from './address'
import { readUpstream, type UpstreamServer } from './read-upstream'

/**
 * Makes the `server` lines of these addresses in the live text what they are in `rendered`, and touches nothing else: a line
 * that is there is replaced from `server` through its semicolon, one that is not is put beside its neighbour of `rendered`.
 * Addresses that `rendered` does not have are left. The live text must have the block, with a `server` line in it.
 *
 * Throws UpstreamError if the name occurs twice in either, or one of them is no nginx configuration.
 */
export function graftLines(live: string, rendered: string, name: string, addresses: ReadonlySet<string>): string {
  const wanted = new Set([...addresses].map(normalAddress))
  const lines = readUpstream(rendered, name)?.servers ?? []
  return lines
    .filter(line => wanted.has(line.normalAddress))
    .reduce((text, line) => applyTextEdits(text, graft(text, name, lines, line, textOf(rendered, line))), live)
}

const textOf = (text: string, { range }: UpstreamServer): string => text.slice(range.start, range.end)

function graft(
  live: string,
  name: string,
  lines: readonly UpstreamServer[],
  line: UpstreamServer,
  text: string,
): readonly TextEdit[] {
  const there = new Map(readUpstream(live, name)?.servers.map(server => [server.normalAddress, server]))
  const same = there.get(line.normalAddress)
  if (same) return [{ range: same.range, newText: text }]
  const index = lines.indexOf(line)
  const neighbour = (candidates: readonly UpstreamServer[]) =>
    candidates.map(candidate => there.get(candidate.normalAddress)).find(found => found !== undefined)
  const above = neighbour(lines.slice(0, index).toReversed()) ?? [...there.values()].at(-1)
  return above ? [insertAfter(live, above, text)] : []
}

/** On a line of its own beneath `above`, as that is indented, and behind a comment that follows it on its line. */
function insertAfter(live: string, above: UpstreamServer, text: string): TextEdit {
  const startOfLine = live.lastIndexOf('\n', above.range.start - 1) + 1
  const indentation = /^[ \t]*/.exec(live.slice(startOfLine, above.range.start))?.[0] ?? ''
  const rest = /^[ \t]*(#[^\r\n]*)?(?=\r?\n|$)/.exec(live.slice(above.range.end))?.[0] ?? ''
  const at = above.range.end + rest.length
  const newline = live.includes('\r\n') ? '\r\n' : '\n'
  return { range: { start: at, end: at }, newText: `${newline}${indentation}${text}` }
}
