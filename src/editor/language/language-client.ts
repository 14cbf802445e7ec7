import * as vscode from 'vscode'
import { LanguageClient, TransportKind } from 'vscode-languageclient/node'
import { fleetDocumentSelector } from '../files/fleet-file-names'

/**
 * Starts the language server as a separate process and connects it to the editor.
 * @param serverModule the absolute path of dist/server.js
 */
export async function startLanguageClient(serverModule: string, log: vscode.LogOutputChannel): Promise<LanguageClient> {
  const client = new LanguageClient(
    'fleetOps',
    'Fleet Ops',
    { module: serverModule, transport: TransportKind.stdio },
    {
      documentSelector: fleetDocumentSelector,
      outputChannel: log,
      // The commands that code lenses run are registered here, and the words are in the editor's language.
      initializationOptions: { commands: true, translations: vscode.l10n.uri?.toString() },
      middleware: {
        provideCodeLenses: async (document, token, next) =>
          vscode.workspace.isTrusted ? (await next(document, token))?.map(lens => onFile(lens, document.uri)) : [],
      },
    },
  )
  await client.start()
  return client
}

/** The server names the file by its URI as text; commands here accept the URI itself. */
function onFile({ range, command }: vscode.CodeLens, file: vscode.Uri): vscode.CodeLens {
  return new vscode.CodeLens(range, command && { ...command, arguments: [file] })
}
