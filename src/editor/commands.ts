import * as vscode from 'vscode'
import type { ExtensionLog } from './extension-log'
import type { Session } from './session'

type Command = (session: Session, ...args: unknown[]) => unknown

/** A command as declared in package.json. */
interface Declared {
  readonly command: string
  readonly enablement?: string
}

/**
 * Registers every command that package.json declares. A command's implementation is looked up when it is first run, so that
 * starting the extension loads none of it.
 */
export function registerCommands(
  extension: vscode.Extension<unknown>,
  session: () => Promise<Session>,
  { log, secrets }: ExtensionLog,
): vscode.Disposable {
  const declared: Declared[] = extension.packageJSON.contributes.commands
  const run = async ({ command: id, enablement }: Declared, args: unknown[]) => {
    try {
      if (enablement?.includes('isWorkspaceTrusted') && !vscode.workspace.isTrusted) return await askForTrust()
      const { commandTable } = await import('./command-table')
      const command: Command | undefined = commandTable[id]
      if (!command) throw new Error(vscode.l10n.t('Unknown command {0}.', id))
      return await command(await session(), ...args)
    } catch (error) {
      log.error(`${id}:`, error as Error)
      const show = vscode.l10n.t('Show Extension Log')
      const answer = await vscode.window.showErrorMessage(secrets.hideIn((error as Error).message), show)
      if (answer === show) log.show()
      return undefined
    }
  }
  return vscode.Disposable.from(
    ...declared.map(one => vscode.commands.registerCommand(one.command, (...args: unknown[]) => run(one, args))),
  )
}

/** A command invoked by a link or by another extension does not check its own enablement. */
async function askForTrust(): Promise<void> {
  const manage = vscode.l10n.t('Manage Workspace Trust')
  const message = vscode.l10n.t('Fleet Ops contacts servers only from a trusted folder.')
  if ((await vscode.window.showWarningMessage(message, manage)) === manage) {
    await vscode.commands.executeCommand('workbench.trust.manage')
  }
}
