import * as vscode from 'vscode'
import type { DemoFleet } from '../demo/demo-fleet'

/** The file that makes a folder the home of a demo fleet. */
const marker = '.fleet-ops-demo'

/** The demo fleets of this window. */
export interface Demos extends vscode.Disposable {
  /** Resolves when those of the folders open at startup can be reached. */
  readonly ready: Promise<void>
}

/** Starts a demo fleet in every folder of this window that is marked as its home, once the folder is trusted. */
export function startMarkedDemos(log: vscode.LogOutputChannel): Demos {
  const fleets = new Map<string, Promise<DemoFleet | undefined>>()
  const startIfMarked = async (folder: vscode.Uri) => {
    if (await isMarked(folder)) return startDemo(folder, log)
    fleets.delete(folder.fsPath)
    return undefined
  }
  const startAll = async () => {
    if (!vscode.workspace.isTrusted) return
    const folders = (vscode.workspace.workspaceFolders ?? []).map(folder => folder.uri)
    for (const folder of folders) {
      // Recorded before the first await: trust and folders may change at once, and each demo must start only once.
      if (folder.scheme === 'file' && !fleets.has(folder.fsPath)) fleets.set(folder.fsPath, startIfMarked(folder))
    }
    await Promise.all(fleets.values())
  }
  const changes = vscode.Disposable.from(
    vscode.workspace.onDidGrantWorkspaceTrust(startAll),
    vscode.workspace.onDidChangeWorkspaceFolders(startAll),
  )
  return {
    ready: startAll(),
    dispose: () => {
      changes.dispose()
      for (const fleet of fleets.values()) void fleet.then(started => started?.dispose())
    },
  }
}

/** Opens the demo fleet's folder, creating it the first time; its window starts the fleet. */
export async function openDemoFolder(storage: vscode.Uri): Promise<void> {
  const folder = vscode.Uri.joinPath(storage, 'demo-fleet')
  if (vscode.workspace.workspaceFolders?.some(({ uri }) => uri.toString() === folder.toString())) {
    await showDemo(folder)
    return
  }
  if (!(await isMarked(folder))) {
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, marker), new TextEncoder().encode('{}\n'))
  }
  const occupied = vscode.workspace.workspaceFolders !== undefined
  await vscode.commands.executeCommand('vscode.openFolder', folder, { forceNewWindow: occupied })
}

async function startDemo(folder: vscode.Uri, log: vscode.LogOutputChannel): Promise<DemoFleet | undefined> {
  try {
    const { startDemoFleet } = await import('../demo/demo-fleet')
    const fleet = await startDemoFleet({ directory: folder.fsPath })
    log.info(`The demo fleet runs: ${fleet.file}`)
    if (vscode.window.tabGroups.all.every(group => group.tabs.length === 0)) await showDemo(folder)
    return fleet
  } catch (error) {
    log.error('The demo fleet did not start', error as Error)
    void vscode.window.showErrorMessage(vscode.l10n.t('The demo fleet did not start: {0}', (error as Error).message))
    return undefined
  }
}

/** Shows what there is to see: fleet.yaml, and the fleet beside it in the sidebar. */
async function showDemo(folder: vscode.Uri): Promise<void> {
  await vscode.window.showTextDocument(vscode.Uri.joinPath(folder, 'fleet.yaml'), { preview: false })
  await vscode.commands.executeCommand('fleetOps.fleet.focus')
}

async function isMarked(folder: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(vscode.Uri.joinPath(folder, marker)).then(
    () => true,
    () => false,
  )
}
