import { visible } from '../fleet/words'

/** The role of a piece of text, for its display to colour. */
export type Role = 'plain' | 'title' | 'dim' | 'server' | 'added' | 'removed' | 'warning' | 'refusal' | 'done'

export interface Span {
  readonly role: Role
  readonly text: string
}

export type StyledLine = readonly Span[]

/** Wherever the text comes from, a file or a server, it cannot drive the terminal that it is shown in. */
export const span = (role: Role, text: string): Span => ({ role, text: visible(text) })

/** The lines without their roles, each with a line end. */
export const plainText = (lines: readonly StyledLine[]): string =>
  lines.map(line => `${line.map(({ text }) => text).join('')}\n`).join('')

/** Select Graphic Rendition codes (ECMA-48 8.3.117), on and off, of the sixteen colours that a terminal's theme defines. */
const codes: Readonly<Record<Role, readonly [number, number] | undefined>> = {
  plain: undefined,
  title: [1, 22],
  dim: [2, 22],
  server: [36, 39],
  added: [32, 39],
  removed: [31, 39],
  warning: [33, 39],
  refusal: [31, 39],
  done: [32, 39],
}

/** One line for a terminal with colours, without a line end. */
export const ansiLine = (line: StyledLine): string =>
  line
    .map(({ role, text }) => {
      const code = codes[role]
      return code ? `\u001b[${code[0]}m${text}\u001b[${code[1]}m` : text
    })
    .join('')

/**
 * A line broken between words into lines of at most this many columns, the later ones aligned with the first one's text. Lines of a
 * file, old or new, stay unbroken.
 */
export function wrapLine(line: StyledLine, columns: number): readonly StyledLine[] {
  const width = line.reduce((sum, { text }) => sum + text.length, 0)
  if (width <= columns || line.some(({ role }) => role === 'added' || role === 'removed')) return [line]
  const indent = Math.min(textColumn(line), Math.floor(columns / 2))
  const lines: Span[][] = [[]]
  let used = 0
  for (const { role, text } of line) {
    for (const word of text.split(/(?<= )(?=[^ ])/)) {
      if (used > indent && used + word.trimEnd().length > columns) {
        lines.push([span('plain', ' '.repeat(indent))])
        used = indent
      }
      lines.at(-1)?.push(span(role, word))
      used += word.length
    }
  }
  return lines
}

/** Where the text of a line begins, after its number or label. */
function textColumn(line: StyledLine): number {
  const first = line.findIndex(({ role }) => role === 'plain')
  const before = line.slice(0, Math.max(first, 0)).reduce((sum, { text }) => sum + text.length, 0)
  return before + (/^ */.exec((line[first] ?? line[0])?.text ?? '')?.[0].length ?? 0)
}
