import * as vscode from 'vscode'
import { KnownSecrets } from '../remote/known-secrets'
import { channelWithoutSecrets } from './channel-without-secrets'

/** The extension's log, and the secrets of this window, none of which get into it. */
export interface ExtensionLog {
  readonly log: vscode.LogOutputChannel
  readonly secrets: KnownSecrets
}

export function createExtensionLog(): ExtensionLog {
  const secrets = new KnownSecrets(process.env)
  return { secrets, log: channelWithoutSecrets(vscode.window.createOutputChannel('Fleet Ops', { log: true }), secrets) }
}
