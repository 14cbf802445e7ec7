import { isMap, isScalar, type YAMLMap } from 'yaml'
import type { DocumentPath, FleetDocument } from './document'
import type { TextEdit } from './text'

/**
 * The edit that sets the value at a path to `value`, written as YAML on one line, and leaves every other character as it is.
 * Keys on the way that are not there are made, in the style and with the indentation of what is there.
 * Throws RangeError for the empty path, or if something on the way is no map.
 */
export function setValue(document: FleetDocument, path: DocumentPath, value: string): TextEdit {
  const key = path.at(-1)
  if (key === undefined) throw new RangeError('the whole document is not one value')
  const range = document.rangeOf(path, 'value')
  const node = document.nodeAt(path)
  if (range && node && !(isScalar(node) && node.range?.[0] === node.range?.[1])) return { range, newText: value }
  const parent = path.slice(0, -1)
  if (node) return afterColon(document, path, ` ${value}`)
  const map = document.nodeAt(parent)
  if (isMap(map) && map.items.length + Number(map.flow ?? false) > 0) return addPair(document, map, `${key}: ${value}`)
  if (map && !isEmptyScalar(map)) throw new RangeError(`${parent.join('.')} is no map`)
  if (parent.length === 0)
    return { range: { start: document.text.length, end: document.text.length }, newText: `${key}: ${value}\n` }
  if (!document.rangeOf(parent, 'key')) return setValue(document, parent, `{ ${key}: ${value} }`)
  const indentation = ' '.repeat(columnOf(document.text, document.rangeOf(parent, 'key')?.start ?? 0) + 2)
  return afterColon(document, parent, `${newlineOf(document.text)}${indentation}${key}: ${value}`)
}

function isEmptyScalar(node: unknown): boolean {
  return isScalar(node) && (node.value === null || node.value === '') && node.range?.[0] === node.range?.[1]
}

/** A value for a key that is written without one: `core-1:`. */
function afterColon(document: FleetDocument, path: DocumentPath, newText: string): TextEdit {
  const end = document.rangeOf(path, 'key')?.end ?? 0
  const colon = document.text.indexOf(':', end) + 1
  return { range: { start: colon, end: colon }, newText }
}

function addPair(document: FleetDocument, map: YAMLMap, pair: string): TextEdit {
  const { text } = document
  if (map.flow) {
    const brace = (map.range?.[1] ?? 1) - 1
    const last = map.items.at(-1)
    if (!last) return { range: { start: brace, end: brace }, newText: ` ${pair} ` }
    const lastEnd = endOf(last.value) ?? endOf(last.key) ?? brace
    return { range: { start: lastEnd, end: lastEnd }, newText: `, ${pair}` }
  }
  // Before the first key, so that neither a comment behind the last one nor the blank lines after the block come in between.
  const first = startOf(map.items[0]?.key) ?? 0
  const indentation = ' '.repeat(columnOf(text, first))
  const last = endOf(map.items.at(-1)?.value) ?? endOf(map.items.at(-1)?.key)
  if (last === undefined || isMap(map.items.at(-1)?.value))
    return { range: { start: first, end: first }, newText: `${pair}${newlineOf(text)}${indentation}` }
  const lineEnd = endOfLine(text, last)
  return { range: { start: lineEnd, end: lineEnd }, newText: `${newlineOf(text)}${indentation}${pair}` }
}

type Ranged = { range?: [number, number, number] | null } | null | undefined
const startOf = (node: unknown): number | undefined => (node as Ranged)?.range?.[0]
const endOf = (node: unknown): number | undefined => (node as Ranged)?.range?.[1]

export const newlineOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n')

export function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1)
}

/** Where a line ends, before its line end. */
export function endOfLine(text: string, offset: number): number {
  const match = /\r?\n/.exec(text.slice(offset))
  return match ? offset + match.index : text.length
}
