/** A list as a sentence has it: `a`, `a and b`, `a, b and c`; `or` for choices. */
export function listOf(items: readonly string[], conjunction: 'and' | 'or' = 'and'): string {
  if (items.length < 2) return items.join('')
  return `${items.slice(0, -1).join(', ')} ${conjunction} ${items.at(-1)}`
}

/** A value as a message shows it: short, on one line, in the form that YAML has it. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')
  const short = text.length > 60 ? `${text.slice(0, 57)}…` : text
  return short.replace(/\s+/g, ' ')
}

/** `1 worker`, `4 workers`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
