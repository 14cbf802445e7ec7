import { t } from '@vscode/l10n'
import type { DocumentPath, FleetDocument } from './document'
import type { Fix } from './finding'
import { FleetEditError } from './fleet-edit-error'
import { removeEntry } from './remove-entry'
import { schemaAt } from './schema'
import { setValue } from './set-value'
import type { TextEdit } from './text'
import { valueAt } from './value-at'

/** A fix made of one edit or several. None if the layout of the text does not allow the edit. */
export function fixBy(
  title: string,
  edit: () => TextEdit | readonly TextEdit[],
  { safe = false } = {},
): readonly Fix[] {
  try {
    return [{ title, edits: [edit()].flat(), safe }]
  } catch (error) {
    if (error instanceof FleetEditError) return []
    throw error
  }
}

/**
 * The fix that removes a key, with the maps that this would leave empty, as far as the schema has them as objects. None if
 * the removed part has an anchor that is used elsewhere.
 */
export function fixByRemoving(document: FleetDocument, path: DocumentPath, title: string): readonly Fix[] {
  return fixBy(title, () => removeEntry(document, withEmptied(document, path))).filter(({ edits: [edit] }) => {
    const removed = document.text.slice(edit?.range.start, edit?.range.end)
    const below = document.text.slice(edit?.range.end)
    return [...removed.matchAll(/&([^\s,[\]{}]+)/g)].every(([, anchor]) => !below.includes(`*${anchor}`))
  })
}

function withEmptied(document: FleetDocument, path: DocumentPath): DocumentPath {
  const map = path.slice(0, -1)
  if (map.length === 0 || schemaAt(map)?.type !== 'object') return path
  return Object.keys(valueAt(document.value, map) ?? {}).length === 1 ? withEmptied(document, map) : path
}

/** The fix that changes the value at a path, given as YAML. None for an alias or a merge, because the value is written elsewhere. */
export function changeTo(
  document: FleetDocument,
  path: readonly (string | number)[],
  value: string | number | boolean,
  title = t('Change to {0}', value),
): readonly Fix[] {
  return document.nodeAt(path) ? fixBy(title, () => setValue(document, path, String(value))) : []
}
