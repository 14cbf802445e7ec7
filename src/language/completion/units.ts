import { t } from '@vscode/l10n'
import { CompletionItemKind } from 'vscode-languageserver/node'
import type { KeySchema } from '../../fleet/schema'
import type { CompletionContext } from './item'
import type { SuggestedValue } from './values'

type Named = (number: string) => string

const seconds: Named = number => t('{0} seconds', number)
const minutes: Named = number => t('{0} minutes', number)
const hours: Named = number => t('{0} hours', number)
const days: Named = number => t('{0} days', number)
const kibibytes: Named = number => t('{0} kibibytes', number)
const mebibytes: Named = number => t('{0} mebibytes', number)
const gibibytes: Named = number => t('{0} gibibytes', number)
const percent: Named = number => t('{0} percent of the workers that are restarted', number)

/** The units that a pattern of the schema accepts, with their names. A pattern lists them as `(ms|s|m|h)` or `[KMGT]`. */
const unitsOf: readonly (readonly [inPattern: string, units: Readonly<Record<string, Named>>])[] = [
  ['(ms|s|m|h|d)', { s: seconds, m: minutes, h: hours, d: days }],
  ['(ms|s|m|h)', { s: seconds, m: minutes, h: hours }],
  ['[KMGT]', { M: mebibytes, G: gibibytes }],
  ['[kKmM]', { k: kibibytes, m: mebibytes }],
  ['%$', { '%': percent }],
]

/** A number that is being typed, with each unit that it may have. */
export function unitSuggestions({ text, cursor }: CompletionContext, schema: KeySchema): readonly SuggestedValue[] {
  const [, number] = /^(\d+)[a-zA-Z%]*$/.exec(text.slice(cursor.word.start, cursor.word.end)) ?? []
  const units = unitsOf.find(([inPattern]) => schema.pattern?.includes(inPattern))?.[1]
  if (number === undefined || !units) return []
  return Object.entries(units).map(([unit, named]) => ({
    value: `${number}${unit}`,
    kind: CompletionItemKind.Unit,
    detail: named(number),
  }))
}
