import { t } from '@vscode/l10n'
import { isMap, isNode, isScalar, type YAMLMap } from 'yaml'
import type { DocumentPath, FleetDocument } from './document'
import { FleetEditError } from './fleet-edit-error'
import { columnOf, endOfLine, newlineOf } from './lines'
import { afterColon, endOf, startOf } from './node-places'
import type { TextEdit } from './text'

/**
 * The edit that sets the value at a path to `value`, written as YAML on one line, and leaves every other character unchanged.
 * Missing keys on the way are created, in the style and with the indentation of what exists; a map that is given by an
 * alias is merged and added to. Throws FleetEditError if something on the way is not a map.
 */
export function setValue(document: FleetDocument, path: DocumentPath, value: string): TextEdit {
  const key = path.at(-1)
  if (key === undefined) throw new FleetEditError(t('A whole fleet.yaml is not one value.'))
  return document.rangeOf(path, 'key') || typeof key === 'number'
    ? replaceValue(document, path, value)
    : addKey(document, path.slice(0, -1), `${key}: ${value}`)
}

function replaceValue(document: FleetDocument, path: DocumentPath, value: string): TextEdit {
  const range = document.rangeOf(path, 'value')
  if (!range) throw new FleetEditError(t('{0} does not exist.', path.join('.')))
  const node = document.nodeAt(path)
  // An alias is replaced, and what it refers to stays.
  if (!node) return { range, newText: value }
  const end = endOf(document.text, node) ?? range.end
  const start = startOf(node) ?? range.start
  if (end > start && !isOnLineBelow(document, path))
    return { range: { start, end }, newText: value + commentOfBlock(document.text.slice(start, end)) }
  return afterKey(document, path, value, Math.max(end, range.start))
}

/** The comment behind the `|` or `>` that a text on lines of its own begins with. */
const commentOfBlock = (written: string): string => /^[|>][-+\d]*([ \t]+#[^\r\n]*)/.exec(written)?.[1] ?? ''

const isOnLineBelow = (document: FleetDocument, path: DocumentPath): boolean => {
  const key = document.rangeOf(path, 'key')
  const value = document.rangeOf(path, 'value')
  return key && value ? document.text.slice(key.end, value.start).includes('\n') : false
}

/** Puts the value of a key that has none, or has it on the lines below, on the key's line, whose comment stays. */
function afterKey(document: FleetDocument, path: DocumentPath, value: string, end: number): TextEdit {
  const { text } = document
  const keyEnd = document.rangeOf(path, 'key')?.end ?? 0
  const colon = afterColon(text, keyEnd)
  if (colon === undefined) return { range: { start: keyEnd, end: keyEnd }, newText: `: ${value}` }
  const lineEnd = endOfLine(text, colon)
  if (end <= lineEnd) return { range: { start: colon, end: colon }, newText: ` ${value}` }
  return { range: { start: colon, end }, newText: ` ${value}${text.slice(colon, lineEnd)}` }
}

/** Adds a pair, as `key: value`, to the map at a path, which is created if it does not exist. */
function addKey(document: FleetDocument, path: DocumentPath, pair: string): TextEdit {
  const { text } = document
  const map = document.nodeAt(path)
  if (isMap(map) && map.flow) return addToFlow(text, map, pair)
  if (isMap(map) && map.items.length > 0) return addToBlock(text, map, pair)
  if (path.length === 0) return addAtEnd(text, pair)
  const value = document.rangeOf(path, 'value')
  if (!document.rangeOf(path, 'key') || !value) return setValue(document, path, `{ ${pair} }`)
  if (!map) return { range: value, newText: `{ <<: ${text.slice(value.start, value.end)}, ${pair} }` }
  if (!isScalar(map) || map.value !== null)
    throw new FleetEditError(
      t('{0} is not a map, so {1} cannot be added to it. Change it to a map by hand.', path.join('.'), pair),
    )
  return isInFlow(document, path) ? replaceValue(document, path, `{ ${pair} }`) : addBelow(document, path, pair)
}

const isInFlow = (document: FleetDocument, path: DocumentPath): boolean =>
  path.some((_, index) => {
    const map = document.nodeAt(path.slice(0, index))
    return isMap(map) && map.flow === true
  })

/** The first pair of a map, on the line below its key. */
function addBelow(document: FleetDocument, path: DocumentPath, pair: string): TextEdit {
  const { text } = document
  const { start, end } = document.rangeOf(path, 'key') ?? { start: 0, end: 0 }
  const colon = afterColon(text, end)
  const at = colon === undefined ? end : endOfLine(text, colon)
  const indentation = ' '.repeat(columnOf(text, start) + 2)
  return {
    range: { start: at, end: at },
    newText: `${colon === undefined ? ':' : ''}${newlineOf(text)}${indentation}${pair}`,
  }
}

function addToFlow(text: string, map: YAMLMap, pair: string): TextEdit {
  const last = endOf(text, map.items.at(-1))
  if (last !== undefined) {
    // Even a key without a value has a colon.
    const at = isNode(map.items.at(-1)?.value) ? Math.max(last, startOf(map.items.at(-1)?.value) ?? last) : last
    return { range: { start: at, end: at }, newText: `, ${pair}` }
  }
  const brace = (map.range?.[1] ?? 1) - 1
  return { range: { start: brace, end: brace }, newText: ` ${pair} ` }
}

function addToBlock(text: string, map: YAMLMap, pair: string): TextEdit {
  const indentation = ' '.repeat(columnOf(text, startOf(map.items[0]?.key) ?? 0))
  const last = map.items.at(-1)
  const end = Math.max(endOf(text, last) ?? 0, startOf(last?.value) ?? 0)
  const at = endOfLine(text, end)
  return { range: { start: at, end: at }, newText: `${newlineOf(text)}${indentation}${pair}` }
}

function addAtEnd(text: string, pair: string): TextEdit {
  const newline = newlineOf(text)
  const lead = text === '' || text === '\uFEFF' || text.endsWith('\n') ? '' : newline
  return { range: { start: text.length, end: text.length }, newText: `${lead}${pair}${newline}` }
}
