import { isScalar, type YAMLSeq } from 'yaml'
import type { FleetDocument } from './document'
import { columnOf, endOfLine, newlineOf } from './lines'
import { endOf, startOf } from './node-places'
import type { TextEdit } from './text'

/** The edit that adds numbers at the end of a list, in its style. */
export function appendItems({ text }: FleetDocument, list: YAMLSeq, numbers: readonly number[]): TextEdit {
  const last = list.items.at(-1)
  const end = endOf(text, last)
  if (end === undefined) {
    const bracket = (list.range?.[1] ?? 1) - 1
    return { range: { start: bracket, end: bracket }, newText: numbers.join(', ') }
  }
  if (list.flow) return { range: { start: end, end }, newText: numbers.map(number => `, ${number}`).join('') }
  const dash = text.lastIndexOf('-', (startOf(last) ?? 1) - 1)
  const lead = `${newlineOf(text)}${' '.repeat(columnOf(text, dash))}- `
  const lineEnd = endOfLine(text, end)
  return { range: { start: lineEnd, end: lineEnd }, newText: numbers.map(number => `${lead}${number}`).join('') }
}

/** The edit that removes a number from a list of at least two, with its line or its comma. Undefined if the list does not have it. */
export function removeItem({ text }: FleetDocument, list: YAMLSeq, number: number): TextEdit | undefined {
  const index = list.items.findIndex(item => isScalar(item) && item.value === number)
  const start = startOf(list.items[index])
  const end = endOf(text, list.items[index])
  if (start === undefined || end === undefined || list.items.length < 2) return undefined
  if (!list.flow) return removeLine(text, list, index, end)
  const before = endOf(text, list.items[index - 1])
  if (before !== undefined) return { range: { start: before, end }, newText: '' }
  return { range: { start, end: startOf(list.items[index + 1]) ?? end }, newText: '' }
}

function removeLine(text: string, list: YAMLSeq, index: number, end: number): TextEdit {
  const dash = text.lastIndexOf('-', (startOf(list.items[index]) ?? 1) - 1)
  const lineStart = text.lastIndexOf('\n', dash)
  const lineEnd = endOfLine(text, end)
  return { range: { start: lineStart - (text.charAt(lineStart - 1) === '\r' ? 1 : 0), end: lineEnd }, newText: '' }
}
