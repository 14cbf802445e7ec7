import * as vscode from 'vscode'
import type { FleetFileList } from './fleet-file-list'
import { isFleetDocument } from './fleet-file-names'

/** Keeps the context key `fleetOps.hasFleet` true while this window has a fleet: only then do menus and the palette show its commands. */
export function watchForFleets(list: FleetFileList): vscode.Disposable {
  const look = async () => {
    const files = await list.files()
    await vscode.commands.executeCommand('setContext', 'fleetOps.hasFleet', files.length > 0)
  }
  void look()
  return vscode.Disposable.from(
    list.onDidChange(look),
    vscode.workspace.onDidSaveTextDocument(document => isFleetDocument(document) && look()),
  )
}
