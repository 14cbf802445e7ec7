import * as vscode from 'vscode'
import type { TextEdit } from '../../fleet/text'

/**
 * Applies edits, if any, to a file as one undoable edit in the editor, and saves it: servers get only what the file
 * says. Throws if the file no longer has the text `text`, or cannot be edited or saved; only its caller knows what that means for
 * the servers.
 */
export async function editFleetFile(file: vscode.Uri, text: string, edits: readonly TextEdit[]): Promise<void> {
  const document = await vscode.workspace.openTextDocument(file)
  if (document.getText() !== text) {
    throw new Error(vscode.l10n.t('{0} has changed since the plan was made.', document.fileName))
  }
  const edit = new vscode.WorkspaceEdit()
  for (const { range, newText } of edits) {
    edit.replace(file, new vscode.Range(document.positionAt(range.start), document.positionAt(range.end)), newText)
  }
  if (edits.length > 0 && !(await vscode.workspace.applyEdit(edit))) {
    throw new Error(vscode.l10n.t('{0} could not be edited.', document.fileName))
  }
  if (document.isDirty && !document.isUntitled && !(await document.save())) {
    throw new Error(vscode.l10n.t('{0} could not be saved.', document.fileName))
  }
}
