import * as vscode from 'vscode'
import type { CheckResult } from '../../doctor/diagnose'
import { doctor } from '../../doctor/doctor'
import { checkLines, machineLines, summaryLines } from '../../doctor/doctor-lines'
import type { Fleet } from '../../fleet/fleet'
import { ansiLine } from '../../plan/styled-text'
import type { LiveText } from '../runs/live-text'
import { type Go, RunTerminal } from '../runs/run-terminal'
import { styled } from '../runs/terminal-text'
import type { Session } from '../session'

/** Opens a terminal that checks the connection to every server of a fleet, and what is needed on it; Enter checks again. */
export async function checkConnections(session: Session, file: vscode.Uri, fleet: Fleet): Promise<void> {
  const words = {
    cancelling: vscode.l10n.t('  ⊘  Stopped.'),
    again: vscode.l10n.t('Enter checks again, Ctrl-D closes this terminal.'),
  }
  const go: Go = async (text, { cancel }) => {
    // Fixes made in the file meanwhile count as well.
    const now = (await session.files.read(file))?.fleet ?? fleet
    await check(now, session, text, cancel)
  }
  const pty = new RunTerminal(go, session.secrets.hideIn, words)
  const iconPath = new vscode.ThemeIcon('pulse')
  const name = vscode.l10n.t('Check Connections · {0}', fleet.name)
  vscode.window.createTerminal({ name, pty, iconPath, isTransient: true }).show()
}

async function check(fleet: Fleet, session: Session, text: LiveText, signal: AbortSignal): Promise<void> {
  const results: CheckResult[] = []
  text.live(styled(vscode.l10n.t('…  Checking {0} servers', fleet.servers.length), 'cyan'))
  try {
    session.prompts.askAgain()
    for await (const result of doctor(fleet, await session.connections(), { signal })) {
      const head = results.at(-1)?.machine === result.machine ? [] : machineLines(fleet, result.machine)
      for (const line of [...head, ...checkLines(result)]) text.print(ansiLine(line))
      results.push(result)
    }
    text.live()
    for (const line of summaryLines(results)) text.print(ansiLine(line))
  } catch (error) {
    text.live()
    if (!signal.aborted) text.print(styled((error as Error).message, 'red'))
  }
}
