import * as vscode from 'vscode'
import type { Fleet, Machine, Worker } from '../../fleet/fleet'
import { sentences } from '../../fleet/words'
import { readJournal, usualLines } from '../../observe/journal'
import type { LiveText } from '../runs/live-text'
import { RunTerminal } from '../runs/run-terminal'
import { styled } from '../runs/terminal-text'
import type { Session } from '../session'
import { unlessAborted } from '../unless-aborted'
import type { FleetRow } from '../view/fleet-rows'
import { chooseWorker } from './choose'
import { mostFollowed } from './followed-logs'

/** Shows a terminal that follows a worker's journal until Ctrl-C; Enter follows it again, over a new connection if needed. */
export async function showLogs(session: Session, _file: vscode.Uri, fleet: Fleet, row?: FleetRow): Promise<void> {
  const worker = await chooseWorker(fleet, row, vscode.l10n.t('Show Logs'))
  const server = fleet.servers.find(({ name }) => name === worker?.server)
  if (!worker || !server) return
  session.followedLogs.show(server, worker, () => {
    const words = { again: vscode.l10n.t('Enter follows it again, Ctrl-D closes this terminal.') }
    const pseudoterminal = new RunTerminal(
      (text, { cancel }) => followInPlace(worker, server, session, text, cancel),
      session.secrets.hideIn,
      words,
    )
    const terminal = vscode.window.createTerminal({
      name: vscode.l10n.t('{0} · worker {1}', worker.server, worker.id),
      pty: pseudoterminal,
      iconPath: new vscode.ThemeIcon('list-flat'),
      isTransient: true,
    })
    return { terminal, pseudoterminal }
  })
}

async function followInPlace(
  worker: Worker,
  server: Machine,
  session: Session,
  text: LiveText,
  signal: AbortSignal,
): Promise<void> {
  const leave = session.followedLogs.take(server)
  if (!leave) {
    const full = vscode.l10n.t(
      '{0} logs of {1} are already being followed, and the rest of its connection is reserved for status and runs. Stop one with Ctrl-C first.',
      mostFollowed,
      server.name,
    )
    return text.show(styled(full, 'yellow'))
  }
  try {
    await follow(worker, server, session, text, signal)
  } catch (error) {
    const { message, remedy } = error as Error & { remedy?: string }
    text.show(styled(sentences(message, remedy), 'red'))
  } finally {
    leave()
  }
}

async function follow(
  { unit }: Worker,
  server: Machine,
  session: Session,
  text: LiveText,
  signal: AbortSignal,
): Promise<void> {
  // Shown, not printed: a journal followed for days is not kept in memory.
  text.show(styled(vscode.l10n.t('{0} on {1}, until Ctrl-C', unit, server.name), 'faint'))
  session.prompts.askAgain()
  // Others may wait for the same connection: finish opening it, even if this caller no longer needs it.
  const connecting = session.connections().then(connections => connections.to(server))
  const connection = await unlessAborted(connecting, signal)
  if (connection)
    await readJournal(connection, { unit, lines: usualLines, follow: true, signal, onLine: line => text.show(line) })
  text.show(styled(signal.aborted ? vscode.l10n.t('Stopped.') : vscode.l10n.t('The journal has ended.'), 'faint'))
}
