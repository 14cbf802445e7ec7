import { applyTextEdits, type TextEdit } from '../fleet/text'
import { normalAddress } from './address'
import { byAddress, readUpstream, type UpstreamServer } from './read-upstream'

/**
 * Makes the `server` lines of these addresses in the live text what they are in `rendered`, and touches nothing else: an existing
 * line is replaced from `server` through its semicolon (each one, if the address occurs more than once), and a missing one
 * is inserted beside its neighbour in `rendered`. Addresses that `rendered` does not have are left alone. The live text must have
 * the block, with a `server` line in it.
 *
 * Throws UpstreamError if the name occurs twice in either, or one of them is not an nginx configuration.
 */
export function graftLines(live: string, rendered: string, name: string, addresses: ReadonlySet<string>): string {
  const wanted = new Set([...addresses].map(normalAddress))
  const there = readUpstream(live, name)?.servers ?? []
  const lines = byAddress(there)
  const edits: TextEdit[] = []
  /** The texts that go below a line, in order. */
  const beneath = new Map<UpstreamServer, string[]>()
  let above: UpstreamServer | undefined
  for (const line of readUpstream(rendered, name)?.servers ?? []) {
    const text = rendered.slice(line.range.start, line.range.end)
    const same = lines.get(line.normalAddress)
    above = same?.at(-1) ?? above
    if (!wanted.has(line.normalAddress)) continue
    const neighbour = above ?? there.at(-1)
    if (same) edits.push(...same.map(({ range }) => ({ range, newText: text })))
    else if (neighbour) beneath.set(neighbour, [...(beneath.get(neighbour) ?? []), text])
  }
  return applyTextEdits(live, [...edits, ...[...beneath].map(([line, texts]) => insertAfter(live, line, texts))])
}

/** On lines of their own below `above`, with its indentation, and after any comment on its line. */
function insertAfter(live: string, above: UpstreamServer, texts: readonly string[]): TextEdit {
  const startOfLine = live.lastIndexOf('\n', above.range.start - 1) + 1
  const indentation = /^[ \t]*/.exec(live.slice(startOfLine, above.range.start))?.[0] ?? ''
  const rest = /^[ \t]*(#[^\r\n]*)?(?=\r?\n|$)/.exec(live.slice(above.range.end))?.[0] ?? ''
  const at = above.range.end + rest.length
  const newline = live.includes('\r\n') ? '\r\n' : '\n'
  return { range: { start: at, end: at }, newText: texts.map(text => `${newline}${indentation}${text}`).join('') }
}
