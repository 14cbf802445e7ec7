import * as vscode from 'vscode'
import { registerCommands } from './editor/commands'
import { confirmForTests } from './editor/confirm-for-tests'
import { startMarkedDemos } from './editor/demo-folder'
import { watchForFleets } from './editor/fleet-presence'
import { createFleetView } from './editor/fleet-view'
import { serveFleetFiles } from './editor/language-service'
import { lazily } from './editor/lazily'
import { providePreviews } from './editor/preview-service'
import type { Session } from './editor/session'

/** Joins the parts. Each loads what it needs when it is first wanted: starting costs next to nothing. */
export function activate(context: vscode.ExtensionContext) {
  const log = vscode.window.createOutputChannel('Fleet Ops', { log: true })
  const demos = startMarkedDemos(log)
  const confirming = context.extensionMode === vscode.ExtensionMode.Test ? confirmForTests() : undefined
  const session = lazily(async (): Promise<Session> => {
    const { createSession } = await import('./editor/session')
    const made = createSession({ context, log, demosReady: demos.ready, ...confirming })
    context.subscriptions.push(made)
    running.add(made)
    return made
  })
  context.subscriptions.push(
    log,
    demos,
    registerCommands(context.extension, session, log),
    watchForFleets(),
    serveFleetFiles(context, log),
    providePreviews(session),
    createFleetView(session),
  )
  return confirming && { session, ...confirming }
}

/** Cancels what runs and waits for it to be put back, as long as VS Code lets it. */
export async function deactivate(): Promise<void> {
  await Promise.all([...running].map(({ runs }) => runs.stop()))
}

const running = new Set<Session>()
