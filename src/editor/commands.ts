import * as vscode from 'vscode'
import type { Session } from './session'

type Command = (session: Session, ...args: unknown[]) => unknown

/**
 * Registers every command that package.json declares. What a command does is looked up when it is first run, so that
 * starting the extension loads none of it.
 */
export function registerCommands(
  extension: vscode.Extension<unknown>,
  session: () => Promise<Session>,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  const declared: { command: string }[] = extension.packageJSON.contributes.commands
  const run = async (id: string, args: unknown[]) => {
    try {
      const { commandTable } = await import('./command-table')
      const command: Command | undefined = commandTable[id]
      if (!command) throw new Error(vscode.l10n.t('There is no command {0}.', id))
      return await command(await session(), ...args)
    } catch (error) {
      log.error(`${id}:`, error as Error)
      const show = vscode.l10n.t('Show Log')
      const answer = await vscode.window.showErrorMessage((error as Error).message, show)
      if (answer === show) log.show()
      return undefined
    }
  }
  return vscode.Disposable.from(
    ...declared.map(({ command }) =>
      vscode.commands.registerCommand(command, (...args: unknown[]) => run(command, args)),
    ),
  )
}
