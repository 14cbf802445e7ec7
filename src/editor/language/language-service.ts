import * as vscode from 'vscode'
import { isFleetDocument } from '../files/fleet-file-names'
import { lazily } from '../lazily'

/** Starts the language server when the first fleet file is open, and stops it when disposed. Loads nothing before that. */
export function serveFleetFiles(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): vscode.Disposable {
  const start = lazily(async () => {
    const { startLanguageClient } = await import('./language-client')
    return startLanguageClient(context.asAbsolutePath('dist/server.js'), log)
  })
  let client: vscode.Disposable | undefined

  const serve = async (document: vscode.TextDocument) => {
    if (!isFleetDocument(document) || client) return
    try {
      const started = await start()
      client = { dispose: () => void started.dispose() }
    } catch (error) {
      log.error('The language server did not start: fleet files are not checked', error as Error)
    }
  }

  for (const document of vscode.workspace.textDocuments) void serve(document)
  const opened = vscode.workspace.onDidOpenTextDocument(serve)
  return vscode.Disposable.from(opened, { dispose: () => client?.dispose() })
}
