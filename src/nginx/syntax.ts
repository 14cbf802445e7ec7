import { t } from '@vscode/l10n'
import { endOfLine } from '../fleet/lines'
import type { TextRange } from '../fleet/text'
import { endOfLua, isLuaBlock } from './lua'
import { UpstreamError } from './upstream-error'

/** A word of a directive: its value without quotes and escapes, and its range with them. */
export interface Word {
  readonly value: string
  readonly range: TextRange
}

/** `name parameters;` or `name parameters { … }`. */
export interface Directive {
  readonly words: readonly Word[]
  /** From its first word through its semicolon or closing brace. */
  readonly range: TextRange
  /** What is between its braces; undefined for a directive that ends in a semicolon, empty for a block of Lua. */
  readonly block?: readonly Directive[]
}

type Token = { readonly kind: 'word'; readonly word: Word } | { readonly kind: ';' | '{' | '}'; readonly at: number }

/**
 * The directives of an nginx configuration, split as nginx itself does it (ngx_conf_read_token): words between white space,
 * quotes and backslashes, `#` at the beginning of a word for a comment, `${name}` within a word. A block of Lua is passed over.
 * Throws UpstreamError, with the line, if braces or semicolons do not match up.
 */
export function parseConfiguration(text: string): readonly Directive[] {
  const tokens = tokenize(text)
  const top: Directive[] = []
  const open: { readonly words: readonly Word[]; readonly start: number; readonly directives: Directive[] }[] = []
  let words: Word[] = []
  const within = () => open.at(-1)?.directives ?? top
  for (const token of tokens) {
    if (token.kind === 'word') {
      words.push(token.word)
      continue
    }
    const start = words[0]?.range.start ?? token.at
    if (token.kind === ';') {
      if (words.length > 0) within().push({ words, range: { start, end: token.at + 1 } })
    } else if (token.kind === '{') {
      open.push({ words, start, directives: [] })
    } else {
      const closed = open.pop()
      if (!closed) throw new UpstreamError(t('There is one "}" too many.'), { line: lineOf(text, token.at) })
      if (words.length > 0)
        throw new UpstreamError(t('"{0}" does not end in ";".', String(words[0]?.value)), { line: lineOf(text, start) })
      within().push({
        words: closed.words,
        range: { start: closed.start, end: token.at + 1 },
        block: closed.directives,
      })
    }
    words = []
  }
  const unclosed = open.at(-1)
  if (unclosed)
    throw new UpstreamError(t('The block "{0}" is not closed.', unclosed.words[0]?.value ?? ''), {
      line: lineOf(text, unclosed.start),
    })
  if (words[0])
    throw new UpstreamError(t('"{0}" does not end in ";".', words[0].value), {
      line: lineOf(text, words[0].range.start),
    })
  return top
}

/** Contexts other than `http`, with upstreams of their own (nginx: ngx_stream_upstream_module, ngx_mail_core_module). */
const otherContexts: ReadonlySet<string | undefined> = new Set(['stream', 'mail'])

/**
 * Every directive of a configuration that belongs to `http`, at any depth, in the order in which they begin. The top level of a file
 * counts as `http`'s: the file is nginx.conf, or one that `http` includes.
 */
export function* httpDirectives(directives: readonly Directive[]): Generator<Directive> {
  // An explicit stack: braces may nest deeper than the call stack allows.
  const rest = directives.toReversed()
  for (let next = rest.pop(); next; next = rest.pop()) {
    if (next.block && otherContexts.has(next.words[0]?.value)) continue
    yield next
    for (const inner of next.block?.toReversed() ?? []) rest.push(inner)
  }
}

/** Only these four end a word: a no-break space, though blank in an editor, is part of one. */
const whiteSpace: ReadonlySet<string> = new Set([' ', '\t', '\r', '\n'])

function* tokenize(text: string): Generator<Token> {
  let at = text.startsWith('\uFEFF') ? 1 : 0
  let directive: string | undefined
  while (at < text.length) {
    const character = text.charAt(at)
    if (whiteSpace.has(character)) at++
    else if (character === '#') at = endOfLine(text, at)
    else if (character === ';' || character === '{' || character === '}') {
      yield { kind: character, at: at++ }
      if (character === '{' && isLuaBlock(directive)) at = endOfLua(text, at) ?? text.length
      directive = undefined
    } else {
      const word = character === '"' || character === "'" ? quotedWord(text, at) : bareWord(text, at)
      directive ??= word.value
      yield { kind: 'word', word }
      at = word.range.end
    }
  }
}

function quotedWord(text: string, start: number): Word {
  const quote = text.charAt(start)
  for (let at = start + 1; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '\\') at++
    else if (character === quote) return { value: unescaped(text.slice(start + 1, at)), range: { start, end: at + 1 } }
  }
  throw new UpstreamError(t('A quote is not closed.'), { line: lineOf(text, start) })
}

function bareWord(text: string, start: number): Word {
  let at = start
  let afterDollar = false
  for (; at < text.length; at++) {
    const character = text.charAt(at)
    // As in nginx, a closing brace does not end a word, and an opening one does unless it belongs to `${name}`.
    if (character === '{' && afterDollar) continue
    if (whiteSpace.has(character) || character === ';' || character === '{') break
    if (character === '\\') at++
    afterDollar = character === '$'
  }
  const end = Math.min(at, text.length)
  return { value: unescaped(text.slice(start, end)), range: { start, end } }
}

const escapes: Readonly<Record<string, string>> = { t: '\t', r: '\r', n: '\n' }

/** A backslash before anything else, as in a regular expression, stays. */
const unescaped = (word: string): string =>
  word.replace(/\\(["'\\trn])/g, (_, escaped: string) => escapes[escaped] ?? escaped)

function lineOf(text: string, offset: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++
  return line
}
