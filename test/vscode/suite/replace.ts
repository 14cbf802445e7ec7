import assert from 'node:assert/strict'
import * as vscode from 'vscode'

/** Puts one text in the place of another, once, as if it were typed. */
export async function replace(document: vscode.TextDocument, from: string, to: string): Promise<void> {
  const start = document.getText().indexOf(from)
  assert.ok(start >= 0, `${from} is not in the file`)
  const edit = new vscode.WorkspaceEdit()
  edit.replace(document.uri, new vscode.Range(document.positionAt(start), document.positionAt(start + from.length)), to)
  await vscode.workspace.applyEdit(edit)
}
