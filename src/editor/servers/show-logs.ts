import * as vscode from 'vscode'
import type { Fleet, Machine, Worker } from '../../fleet/fleet'
import { readJournal, usualLines } from '../../observe/journal'
import { withoutControls } from '../../remote/without-controls'
import type { LiveText } from '../runs/live-text'
import { RunTerminal } from '../runs/run-terminal'
import { styled } from '../runs/terminal-text'
import type { Session } from '../session'
import type { FleetRow } from '../view/fleet-rows'
import { chooseWorker } from './choose'

/** Opens a terminal that follows a worker's journal until Ctrl-C; Enter follows it again, over a new connection if need be. */
export async function showLogs(session: Session, _file: vscode.Uri, fleet: Fleet, row?: FleetRow): Promise<void> {
  const worker = await chooseWorker(fleet, row, vscode.l10n.t('Show Logs'))
  const server = fleet.servers.find(({ name }) => name === worker?.server)
  if (!worker || !server) return
  const words = { again: vscode.l10n.t('Enter follows it again, Ctrl-D closes this terminal.') }
  const pty = new RunTerminal((text, { cancel }) => follow(worker, server, session, text, cancel), words)
  const iconPath = new vscode.ThemeIcon('output')
  const name = vscode.l10n.t('{0} · worker {1}', worker.server, worker.id)
  vscode.window.createTerminal({ name, pty, iconPath, isTransient: true }).show()
}

async function follow(
  { unit }: Worker,
  server: Machine,
  session: Session,
  text: LiveText,
  signal: AbortSignal,
): Promise<void> {
  // Shown and not printed: what is followed for days is kept nowhere.
  text.show(styled(vscode.l10n.t('{0} on {1}, until Ctrl-C', unit, server.name), 'faint'))
  try {
    session.prompts.askAgain()
    const connection = await (await session.connections()).to(server)
    if (signal.aborted) return
    await readJournal(connection, { unit, lines: usualLines, follow: true, signal, onLine: line => text.show(line) })
    text.show(styled(signal.aborted ? vscode.l10n.t('Stopped.') : vscode.l10n.t('The journal has ended.'), 'faint'))
  } catch (error) {
    const { message, remedy } = error as Error & { remedy?: string }
    text.show(styled(withoutControls([message, remedy].filter(Boolean).join(' ')), 'red'))
  }
}
