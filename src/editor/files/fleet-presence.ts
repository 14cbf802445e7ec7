import * as vscode from 'vscode'
import { listFleetFiles } from './fleet-file-list'
import { fleetFileGlob, isFleetDocument } from './fleet-file-names'

/** Keeps the context key `fleetOps.hasFleet` true while this window has a fleet: menus and palette show its commands only then. */
export function watchForFleets(): vscode.Disposable {
  const look = async () => {
    const files = await listFleetFiles()
    await vscode.commands.executeCommand('setContext', 'fleetOps.hasFleet', files.length > 0)
  }
  const watcher = vscode.workspace.createFileSystemWatcher(fleetFileGlob)
  void look()
  return vscode.Disposable.from(
    watcher,
    watcher.onDidCreate(look),
    watcher.onDidDelete(look),
    vscode.workspace.onDidOpenTextDocument(document => isFleetDocument(document) && look()),
    vscode.workspace.onDidSaveTextDocument(document => isFleetDocument(document) && look()),
    vscode.workspace.onDidChangeWorkspaceFolders(look),
  )
}
