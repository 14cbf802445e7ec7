import { CST, Lexer } from 'yaml'

/** A token of YAML that is not white space, with the white space before it. */
export interface Token {
  readonly type: CST.TokenType | 'block-scalar' | 'end'
  readonly text: string
  readonly start: number
  /** The end of the token before it. */
  readonly after: number
  /** Where the spaces right before it begin, after the last token or line end. */
  readonly gapStart: number
  readonly startsLine: boolean
  /** The line ends before it, back to the last token: where each begins and ends. */
  readonly newlines: readonly { readonly start: number; readonly end: number }[]
}

/** Marks of yaml's lexer that represent no characters of the text. */
const marks: readonly string[] = [CST.DOCUMENT, CST.FLOW_END, CST.SCALAR]

/**
 * The tokens of a text, ending in an empty one. Only what lies between tokens is white space: what is inside a scalar belongs to
 * the scalar, whatever it looks like. A block scalar is of type `block-scalar`, and begins where its first line does.
 */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = []
  let offset = 0
  let after = 0
  let gapStart = 0
  let newlines: { start: number; end: number }[] = []
  let startsLine = true
  const add = (type: Token['type'], source: string) => {
    tokens.push({ type, text: source, start: offset, after, gapStart, startsLine, newlines })
    after = offset + source.length
    newlines = []
    startsLine = source.endsWith('\n')
  }
  let next: Token['type'] | undefined
  let scalar: Token['type'] = 'scalar'
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme === CST.SCALAR) next = scalar
    if (marks.includes(lexeme)) continue
    const type = next ?? CST.tokenType(lexeme) ?? 'scalar'
    if (type === 'newline') {
      newlines.push({ start: offset, end: offset + lexeme.length })
      startsLine = true
    } else if (type !== 'space' && type !== 'byte-order-mark') add(type, lexeme)
    if (type === 'block-scalar-header') scalar = 'block-scalar'
    else if (next) scalar = 'scalar'
    next = undefined
    offset += lexeme.length
    if (type !== 'space') gapStart = offset
  }
  add('end', '')
  return tokens
}
