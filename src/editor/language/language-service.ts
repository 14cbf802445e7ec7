import * as vscode from 'vscode'
import { fleetLanguage, isFleetDocument } from '../files/fleet-file-names'
import { isFleetText } from '../files/fleet-text'
import { disposeMade, lazily } from '../lazily'

/**
 * Starts the language server when the first fleet file is open, and stops it when disposed. Loads nothing before that. Another tool's file
 * of the same name is given back to YAML, for whatever else understands it.
 */
export function serveFleetFiles(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): vscode.Disposable {
  const start = lazily(async () => {
    const { startLanguageClient } = await import('./language-client')
    return startLanguageClient(context.asAbsolutePath('dist/server.js'), log)
  })
  const others = new Set<string>()

  const serve = async (document: vscode.TextDocument) => {
    if (!isFleetDocument(document)) return
    try {
      if (!(await mayBeOurs(document))) return await giveToYaml(document, others)
      await start()
    } catch (error) {
      log.error('The language server did not start: fleet files are not checked', error as Error)
    }
  }

  for (const document of vscode.workspace.textDocuments) void serve(document)
  return vscode.Disposable.from(
    vscode.workspace.onDidOpenTextDocument(serve),
    // What was thought to be another tool's may have become ours; reopening it makes the server handle it.
    vscode.workspace.onDidSaveTextDocument(async document => {
      if (!others.has(document.uri.toString()) || !(await mayBeOurs(document))) return
      others.delete(document.uri.toString())
      await vscode.languages.setTextDocumentLanguage(document, fleetLanguage)
    }),
    // Stop one that is still starting too.
    { dispose: () => disposeMade(start) },
  )
}

async function mayBeOurs(document: vscode.TextDocument): Promise<boolean> {
  const { path } = document.uri
  if (document.isUntitled || (await isFleetText(path, document.getText()))) return true
  const { mayBecomeFleetFile } = await import('../../language/may-become-fleet-file')
  return mayBecomeFleetFile(path, document.getText())
}

async function giveToYaml(document: vscode.TextDocument, others: Set<string>): Promise<void> {
  if (document.languageId !== fleetLanguage) return
  others.add(document.uri.toString())
  await vscode.languages.setTextDocumentLanguage(document, 'yaml')
}
