import { t } from '@vscode/l10n'
import { type DocumentPath, type FleetDocument, parseFleetDocument } from './document'
import { FleetEditError } from './fleet-edit-error'
import { applyTextEdits, type TextEdit } from './text'
import { isSameValue, withValue } from './value-at'

/**
 * Returns the edits if they make the text say what is wanted and nothing else; undefined as a value means removed. Throws
 * FleetEditError if they do not.
 */
export function only(
  document: FleetDocument,
  edits: readonly TextEdit[],
  changes: readonly (readonly [DocumentPath, unknown])[],
): readonly TextEdit[] {
  const wanted = changes.reduce((value, [path, changed]) => withValue(value, path, changed), document.value)
  if (leadTo(document, edits, wanted)) return edits
  throw new FleetEditError(
    t(
      '{0} cannot be changed on its own in this file: an anchor, a merge or a tag shares it with something else. Write it out where it is used, and try again.',
      changes.map(([path]) => path.join('.')).reduce((first, next) => t('{0} and {1}', first, next)),
    ),
  )
}

/**
 * Whether edits give a text this value, and break nothing. The edited text is parsed again to find out, so that no layout, however
 * unusual, leads to a fleet that nobody asked for.
 */
export function leadTo(document: FleetDocument, edits: readonly TextEdit[], wanted: unknown): boolean {
  const edited = parseFleetDocument(applyTextEdits(document.text, edits))
  return edited.syntax.length <= document.syntax.length && isSameValue(edited.value, wanted)
}
