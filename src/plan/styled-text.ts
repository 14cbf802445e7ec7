/** What a stretch of text is, for whoever shows it to colour. */
export type Role = 'plain' | 'title' | 'dim' | 'server' | 'added' | 'removed' | 'warning' | 'refusal' | 'done'

export interface Span {
  readonly role: Role
  readonly text: string
}

export type StyledLine = readonly Span[]

export const span = (role: Role, text: string): Span => ({ role, text })

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

/** One line for a terminal that understands colours, without a line end. */
export const ansiLine = (line: StyledLine): string =>
  line
    .map(({ role, text }) => {
      const code = codes[role]
      return code ? `\u001b[${code[0]}m${text}\u001b[${code[1]}m` : text
    })
    .join('')
