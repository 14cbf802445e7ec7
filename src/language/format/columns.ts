import { isCollection, isMap, isScalar, isSeq, type Node } from 'yaml'
import type { FleetDocument } from '../../fleet/document'

/**
 * The column for each line of a text that begins a key or an item of block style, by the offset of its first
 * character. Lines that are not included move with the line above them.
 */
export function columnsOf(document: FleetDocument, unit: number): ReadonlyMap<number, number> {
  const columns = new Map<number, number>()
  const { text } = document

  const place = (node: unknown, column: number): void => {
    if (isMap(node) && !node.flow) {
      for (const { key, value } of node.items) {
        const start = startOf(key)
        if (start === undefined) continue
        columns.set(start, column)
        placeValue(value, column, column + unit)
      }
    }
    if (isSeq(node) && !node.flow) {
      for (const item of node.items) {
        const start = startOf(item)
        const dash = start === undefined ? -1 : text.lastIndexOf('-', start - 1)
        if (dash < 0) continue
        columns.set(dash, column)
        // After a dash and a space.
        placeValue(item, column, column + 2)
      }
    }
  }
  const placeValue = (value: unknown, column: number, inner: number): void => {
    const start = startOf(value)
    if (isCollection(value) && !value.flow) place(value, inner)
    else if (start !== undefined && (isCollection(value) || isScalar(value))) columns.set(start, column + unit)
  }
  place(document.nodeAt([]), 0)
  return columns
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0]
}
