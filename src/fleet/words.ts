import { isSecretKey, looksSecret } from './secrets'

/** A list as a sentence has it: `a`, `a and b`, `a, b and c`; `or` for choices. */
export function listOf(items: readonly string[], conjunction: 'and' | 'or' = 'and'): string {
  if (items.length < 2) return items.join('')
  return `${items.slice(0, -1).join(', ')} ${conjunction} ${items.at(-1)}`
}

const hidden = '(a secret)'

/** A value as a message shows it: short, on one line, in the form that YAML has it, and without what looks like a secret. */
export function shown(value: unknown): string {
  if (typeof value === 'number') return String(value)
  const text =
    typeof value === 'string'
      ? withoutSecret('', value)
      : (JSON.stringify(value, (name, inner) => withoutSecret(name, inner)) ?? 'nothing')
  const short = text.length > 60 ? `${text.slice(0, 57)}…` : text
  return short.replace(/\s+/g, ' ')
}

function withoutSecret<Value>(name: string, value: Value): Value | string {
  if (typeof value === 'string') return isSecretKey(name) || looksSecret(value) ? hidden : value
  return typeof value === 'number' && isSecretKey(name) ? hidden : value
}

/** `1 worker`, `4 workers`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** Messages one after the other, as sentences whether or not they were written so: what happened, what to do about it. */
export function sentences(first: string, ...others: readonly (string | undefined)[]): string {
  const said = others.flatMap(other => other || [])
  // The first one may begin with the name of a server.
  return [first, ...said.map(other => `${other.charAt(0).toUpperCase()}${other.slice(1)}`)]
    .map(message => (/[.!?]$/.test(message) ? message : `${message}.`))
    .join(' ')
}
