import { nearest } from './nearest'
import type { KeySchema } from './schema'
import { shown } from './words'
import { yamlText } from './yaml-text'

/**
 * What a value that the schema rejects was most likely meant to be, as YAML; each would pass. Empty if that is unclear.
 * @param written how it is written in the text, where 0123 and 123 differ
 */
export function mendsOf(value: unknown, schema: KeySchema | undefined, written = String(value)): readonly string[] {
  if (!schema) return []
  const types = [schema.type].flat()
  const numbers = types.includes('integer') || types.includes('number')
  if (typeof value === 'string' && numbers && passesAsNumber(value, schema)) return [String(Number(value))]
  if (typeof value === 'string' && types.includes('boolean')) return truths(value)
  if (typeof value !== 'string' && typeof value !== 'number') return []
  // What a message would not quote is not quoted in a fix either.
  if (shown(written) !== written) return []
  if (types.includes('array')) return asList(written, schema.items)
  if (!types.includes('string')) return []
  const choice = schema.enum && nearest(written, schema.enum.map(String))
  if (choice !== undefined) return [choice]
  const pattern = schema.pattern === undefined ? undefined : new RegExp(schema.pattern, 'u')
  const mend = rewritings
    .filter(([inPattern]) => schema.pattern?.includes(inPattern))
    .map(([, rewrite]) => rewrite(written))
    .find(text => text !== written && pattern?.test(text))
  if (mend !== undefined) return [mend]
  return typeof value === 'number' && !schema.enum && (pattern?.test(written) ?? true) ? [`"${written}"`] : []
}

function passesAsNumber(text: string, { type, minimum, maximum }: KeySchema): boolean {
  const number = Number(text)
  if (!/^-?\d+(\.\d+)?$/.test(text) || ([type].flat().includes('integer') && !Number.isInteger(number))) return false
  return number >= (minimum ?? Number.NEGATIVE_INFINITY) && number <= (maximum ?? Number.POSITIVE_INFINITY)
}

/** One item, or several separated by commas or spaces, where a list belongs. */
function asList(text: string, items: KeySchema | undefined): readonly string[] {
  const words = text.split(/[\s,]+/).filter(Boolean)
  const isNumbers = items?.type === 'integer'
  const pattern = new RegExp(items?.pattern ?? '', 'u')
  const isEach = words.every(word => (isNumbers ? passesAsNumber(word, items) : pattern.test(word)))
  return isEach && words.length > 0 ? [yamlText(isNumbers ? words.map(Number) : words, 'flow')] : []
}

/** YAML 1.1 read these as booleans; YAML 1.2 reads them as text, like everything in quotes. */
const truthWords: Readonly<Record<string, string>> = {
  ...{ true: 'true', yes: 'true', on: 'true' },
  ...{ false: 'false', no: 'false', off: 'false' },
}
const truths = (text: string): readonly string[] => {
  const truth = truthWords[text.toLowerCase()]
  return truth === undefined ? [] : [truth]
}

/**
 * What people write, and its form in a fleet.yaml, by what the key's pattern contains. A rewriting counts only if its result
 * passes.
 */
const rewritings: readonly (readonly [inPattern: string, (text: string) => string])[] = [
  // A template's name without its @, or with its suffix.
  ['@$', text => `${text.replace(/@?(\.service)?$/, '')}@`],
  // A time without a unit is in seconds.
  ['(ms|s|m|h)', text => (/^\d+$/.test(text) ? `${text}s` : text)],
  // A space before the unit, and a unit in the wrong case.
  ['(ms|s|m|h)', text => text.replace(/\s+/g, '').toLowerCase()],
  ['[KMGT]', text => text.replace(/\s+/g, '').toUpperCase()],
  // An address as a browser shows it, and a scheme in capitals; another scheme means something else.
  ['^https?', text => (/^[a-z][a-z0-9+.-]*:\//i.test(text) ? schemeInSmall(text) : `https://${text}`)],
  ['^/', text => text.replace(/\/+$/, '')],
  // The path of a URL. Where a file's path would begin is unknown.
  ['/?&', text => `/${text}`],
  ['%$', text => text.replace(/\s+/g, '')],
  ['^(least_conn|', text => nearest(text, ['least_conn', 'round_robin', 'ip_hash', 'random']) ?? text],
]

const schemeInSmall = (text: string): string => text.replace(/^[^:]*/, scheme => scheme.toLowerCase())
