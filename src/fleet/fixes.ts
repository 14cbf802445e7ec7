import type { FleetDocument } from './document'
import type { Fix } from './finding'
import { FleetEditError } from './fleet-edit-error'
import type { TextEdit } from './text'

/** The fix that one edit is. None where the text is laid out so that the edit cannot be made. */
export function fixBy(title: string, edit: () => TextEdit, safe = false): readonly Fix[] {
  try {
    return [{ title, edits: [edit()], safe }]
  } catch (error) {
    if (error instanceof FleetEditError) return []
    throw error
  }
}

/** The fix that changes the value at a path, given as YAML. None where an alias or a merge stands for it, since that is not its place. */
export function changeTo(
  document: FleetDocument,
  path: readonly (string | number)[],
  value: string | number | boolean,
  title = `Change to ${value}`,
): readonly Fix[] {
  const range = document.rangeOf(path, 'value')
  if (!range || !document.nodeAt(path)) return []
  return [{ title, edits: [{ range, newText: String(value) }], safe: false }]
}
