import { CompletionItemKind } from 'vscode-languageserver/node'
import type { KeySchema } from '../../fleet/schema'
import type { CompletionContext } from './item'
import type { SuggestedValue } from './values'

/** The units that a pattern of the schema takes, with their names. A pattern lists them as `(ms|s|m|h)` or `[KMGT]`. */
const unitsOf: readonly (readonly [inPattern: string, units: Readonly<Record<string, string>>])[] = [
  ['(ms|s|m|h|d)', { s: 'seconds', m: 'minutes', h: 'hours', d: 'days' }],
  ['(ms|s|m|h)', { s: 'seconds', m: 'minutes', h: 'hours' }],
  ['[KMGT]', { M: 'mebibytes', G: 'gibibytes' }],
  ['[kKmM]', { k: 'kibibytes', m: 'mebibytes' }],
  ['%$', { '%': 'percent of the workers that are restarted' }],
]

/** A number that is being typed, with each unit that it may have. */
export function unitSuggestions({ text, cursor }: CompletionContext, schema: KeySchema): readonly SuggestedValue[] {
  const [, number] = /^(\d+)[a-zA-Z%]*$/.exec(text.slice(cursor.word.start, cursor.word.end)) ?? []
  const units = unitsOf.find(([inPattern]) => schema.pattern?.includes(inPattern))?.[1]
  if (number === undefined || !units) return []
  return Object.entries(units).map(([unit, name]) => ({
    value: `${number}${unit}`,
    kind: CompletionItemKind.Unit,
    detail: `${number} ${name}`,
  }))
}
