import { t } from '@vscode/l10n'
import { UpstreamError } from './upstream-error'

/**
 * Directives whose block is Lua, which nginx leaves the module to read: `content_by_lua_block { … }` and its kin of
 * OpenResty (lua-nginx-module, stream-lua-nginx-module).
 */
export const isLuaBlock = (directive: string | undefined): boolean => directive?.endsWith('_by_lua_block') ?? false

/**
 * Where the Lua of a block that begins at `start`, after its opening brace, ends: at the matching closing brace. Braces in
 * strings, comments and long brackets do not count (Lua 5.1 Reference Manual, 2.1; lua-nginx-module, ngx_http_lua_lex.rl).
 * Undefined if there is no such brace. Throws UpstreamError if a string or a long bracket is not closed.
 */
export function endOfLua(text: string, start: number): number | undefined {
  const marks = /[{}"']|--|\[=*\[/g
  marks.lastIndex = start
  let depth = 1
  for (let mark = marks.exec(text); mark; mark = marks.exec(text)) {
    const [found] = mark
    if (found === '{') depth++
    else if (found === '}') depth--
    else marks.lastIndex = behind(text, mark.index, found)
    if (depth === 0) return mark.index
  }
  return undefined
}

const longBracket = /\[=*\[/y

/** Where the string, comment or long bracket that `mark` opens ends. */
function behind(text: string, at: number, mark: string): number {
  if (mark === '"' || mark === "'") return behindString(text, at, mark)
  longBracket.lastIndex = mark === '--' ? at + mark.length : at
  const opening = longBracket.exec(text)?.[0]
  const closing = opening === undefined ? '\n' : opening.replaceAll('[', ']')
  const end = text.indexOf(closing, at + mark.length)
  if (end >= 0) return end + closing.length
  if (opening === undefined) return text.length
  throw unclosed(text, at)
}

function behindString(text: string, start: number, quote: string): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text.charAt(at) === '\\') at++
    else if (text.charAt(at) === quote) return at + 1
  }
  throw unclosed(text, start)
}

const unclosed = (text: string, at: number): UpstreamError =>
  new UpstreamError(t('A string or a comment of Lua is not closed.'), { line: text.slice(0, at).split('\n').length })
