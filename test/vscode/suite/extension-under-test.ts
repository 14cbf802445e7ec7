import * as vscode from 'vscode'
import type { ConfirmForTests } from '../../../src/editor/runs/confirm-for-tests'
import type { Session } from '../../../src/editor/session'

/** What the extension gives tests to look into it. */
export interface ExtensionApi extends ConfirmForTests {
  session(): Promise<Session>
}

export const extension = (): vscode.Extension<ExtensionApi> => {
  const found = vscode.extensions.getExtension<ExtensionApi>('fleet-ops.fleet-ops')
  if (!found) throw new Error('the extension is not there')
  return found
}

/** A file of the workspace. */
export function workspaceFile(name: string): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? []
  if (!folder) throw new Error('no folder is open')
  return vscode.Uri.joinPath(folder.uri, name)
}
