import * as vscode from 'vscode'
import type { FleetRow } from '../view/fleet-rows'
import type { FleetFiles } from './fleet-files'

/** Shows the line of fleet.yaml that a row stands for: its own, or that of the nearest thing around it that the file names. */
export async function revealRow(files: FleetFiles, row: FleetRow): Promise<void> {
  const reading = await files.read(row.file)
  const path = row.path ?? []
  const range = path
    .map((_, index) => path.slice(0, path.length - index))
    .map(candidate => reading?.document.rangeOf(candidate, 'key'))
    .find(found => found !== undefined)
  const editor = await vscode.window.showTextDocument(row.file, { viewColumn: columnOf(row.file), preserveFocus: true })
  if (!range) return
  const { document } = editor
  editor.selection = new vscode.Selection(document.positionAt(range.start), document.positionAt(range.start))
  editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport)
}

/** Where the file is already open. */
const columnOf = (file: vscode.Uri): vscode.ViewColumn | undefined =>
  vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === file.toString())?.viewColumn
