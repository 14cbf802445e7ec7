import { t } from '@vscode/l10n'
import { isSecretKey, looksSecret } from './secrets'

/** A list as in a sentence: `a`, `a and b`, `a, b and c`; `or` for choices. */
export function listOf(items: readonly string[], conjunction: 'and' | 'or' = 'and'): string {
  const [first, last = ''] = [items.slice(0, -1).join(', '), items.at(-1)]
  if (items.length < 2) return last
  return conjunction === 'and' ? t('{0} and {1}', first, last) : t('{0} or {1}', first, last)
}

/** A value as a message shows it: short, on one line, as YAML, and without anything that looks like a secret. */
export function shown(value: unknown): string {
  if (typeof value === 'number') return String(value)
  const text =
    typeof value === 'string'
      ? withoutSecret('', value)
      : (JSON.stringify(value, (name, inner) => withoutSecret(name, inner)) ?? t('nothing'))
  const short = text.length > 60 ? `${text.slice(0, 57)}…` : text
  return visible(short.replace(/\s+/g, ' '))
}

/**
 * A text with characters that could drive a terminal or change the writing direction shown as escapes (Unicode, TR 36): they have
 * no effect, and no text looks like another. Tabs and line ends stay.
 */
export const visible = (text: string): string =>
  text.replace(
    /[^\P{Cc}\t\n]|\p{Bidi_Control}/gu,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

function withoutSecret<Value>(name: string, value: Value): Value | string {
  if (typeof value === 'string') return isSecretKey(name) || looksSecret(value) ? t('(a secret)') : value
  return typeof value === 'number' && isSecretKey(name) ? t('(a secret)') : value
}

/** What sentences count, in singular and plural: whole messages, because languages differ in more than an ending. */
const nouns = {
  call: (count: number) => (count === 1 ? t('{0} call', count) : t('{0} calls', count)),
  check: (count: number) => (count === 1 ? t('{0} check', count) : t('{0} checks', count)),
  connection: (count: number) => (count === 1 ? t('{0} connection', count) : t('{0} connections', count)),
  core: (count: number) => (count === 1 ? t('{0} core', count) : t('{0} cores', count)),
  difference: (count: number) => (count === 1 ? t('{0} difference', count) : t('{0} differences', count)),
  error: (count: number) => (count === 1 ? t('{0} error', count) : t('{0} errors', count)),
  firewall: (count: number) => (count === 1 ? t('{0} firewall', count) : t('{0} firewalls', count)),
  'idle worker': (count: number) => (count === 1 ? t('{0} idle worker', count) : t('{0} idle workers', count)),
  item: (count: number) => (count === 1 ? t('{0} item', count) : t('{0} items', count)),
  line: (count: number) => (count === 1 ? t('{0} line', count) : t('{0} lines', count)),
  machine: (count: number) => (count === 1 ? t('{0} machine', count) : t('{0} machines', count)),
  path: (count: number) => (count === 1 ? t('{0} path', count) : t('{0} paths', count)),
  reload: (count: number) => (count === 1 ? t('{0} reload', count) : t('{0} reloads', count)),
  second: (count: number) => (count === 1 ? t('{0} second', count) : t('{0} seconds', count)),
  note: (count: number) => (count === 1 ? t('{0} note', count) : t('{0} notes', count)),
  server: (count: number) => (count === 1 ? t('{0} server', count) : t('{0} servers', count)),
  time: (count: number) => (count === 1 ? t('{0} time', count) : t('{0} times', count)),
  URL: (count: number) => (count === 1 ? t('{0} URL', count) : t('{0} URLs', count)),
  variable: (count: number) => (count === 1 ? t('{0} variable', count) : t('{0} variables', count)),
  warning: (count: number) => (count === 1 ? t('{0} warning', count) : t('{0} warnings', count)),
  worker: (count: number) => (count === 1 ? t('{0} worker', count) : t('{0} workers', count)),
}

/** `1 worker`, `4 workers`. */
export const counted = (count: number, noun: keyof typeof nouns): string => nouns[noun](count)

/** Joins messages as sentences, whether or not they were written as such: what happened, what to do about it. */
export function sentences(first: string, ...others: readonly (string | undefined)[]): string {
  const said = others.flatMap(other => other || [])
  // The first one may begin with the name of a server.
  return [first, ...said.map(other => `${other.charAt(0).toUpperCase()}${other.slice(1)}`)]
    .map(message => (/[.!?]$/.test(message) ? message : `${message}.`))
    .join(' ')
}
