import * as vscode from 'vscode'
import { isFleetFile } from '../../fleet/is-fleet-file'
import { fleetFileGlob, isFleetDocument } from './fleet-file-names'

/** The files that hold a fleet, in the order of their paths: those of the workspace, and those that are open from elsewhere. */
export async function listFleetFiles(): Promise<readonly vscode.Uri[]> {
  const found = await vscode.workspace.findFiles(fleetFileGlob, '**/node_modules/**')
  const open = vscode.workspace.textDocuments.filter(isFleetDocument).map(document => document.uri)
  const unique = new Map([...found, ...open].map(uri => [uri.toString(), uri]))
  const texts = await Promise.all([...unique.values()].map(async uri => ({ uri, text: await textOf(uri) })))
  return texts
    .filter(({ uri, text }) => text !== undefined && isFleetFile(uri.path, text))
    .map(({ uri }) => uri)
    .sort((a, b) => a.path.localeCompare(b.path))
}

/** The text of a file as the operator sees it: the open document's, else the disk's; undefined if there is no such file. */
export async function textOf(uri: vscode.Uri): Promise<string | undefined> {
  const open = vscode.workspace.textDocuments.find(document => document.uri.toString() === uri.toString())
  if (open && !open.isClosed) return open.getText()
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri))
  } catch {
    return undefined
  }
}
