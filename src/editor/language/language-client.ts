import type * as vscode from 'vscode'
import { LanguageClient, TransportKind } from 'vscode-languageclient/node'
import { fleetDocumentSelector } from '../files/fleet-file-names'

/**
 * Starts the language server as a process of its own and joins it to the editor.
 * @param serverModule the absolute path of dist/server.js
 */
export async function startLanguageClient(serverModule: string, log: vscode.LogOutputChannel): Promise<LanguageClient> {
  const client = new LanguageClient(
    'fleetOps',
    'Fleet Ops',
    { module: serverModule, transport: TransportKind.stdio },
    { documentSelector: fleetDocumentSelector, outputChannel: log },
  )
  await client.start()
  return client
}
