import { config } from '@vscode/l10n'
import * as vscode from 'vscode'
import { registerCommands } from './editor/commands'
import { startMarkedDemos } from './editor/demo-folder'
import { createExtensionLog } from './editor/extension-log'
import { FleetFileList } from './editor/files/fleet-file-list'
import { watchForFleets } from './editor/files/fleet-presence'
import { serveFleetFiles } from './editor/language/language-service'
import { lazily } from './editor/lazily'
import { confirmForTests } from './editor/runs/confirm-for-tests'
import type { Session } from './editor/session'
import { providePreviews } from './editor/upstream/preview-service'
import { createFleetView } from './editor/view/fleet-view'

/** What to cancel when the window closes: `deactivate` is given nothing of what `activate` has made. */
const running = new Set<Session>()

/** Joins the parts. Each loads what it needs when it is first wanted: starting costs next to nothing. */
export function activate(context: vscode.ExtensionContext) {
  // What rooms that know no editor say is translated as what the editor's own room says.
  if (vscode.l10n.bundle) config({ contents: vscode.l10n.bundle })
  const { log, secrets } = createExtensionLog()
  const list = new FleetFileList()
  const demos = startMarkedDemos(log)
  const confirming = context.extensionMode === vscode.ExtensionMode.Test ? confirmForTests() : undefined
  const session = lazily(async (): Promise<Session> => {
    const { createSession } = await import('./editor/session')
    const made = createSession({ context, log, secrets, list, demosReady: demos.ready, ...confirming })
    context.subscriptions.push(made)
    running.add(made)
    return made
  })
  context.subscriptions.push(
    log,
    list,
    demos,
    registerCommands(context.extension, session, { log, secrets }),
    watchForFleets(list),
    serveFleetFiles(context, log),
    providePreviews(session),
    createFleetView(session, log),
  )
  return confirming && { session, ...confirming }
}

/** Cancels what runs and waits for it to be put back, as long as VS Code lets it. */
export async function deactivate(): Promise<void> {
  await Promise.all([...running].map(({ runs }) => runs.stop()))
}
