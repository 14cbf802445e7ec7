import * as vscode from 'vscode'
import type { RunEvent } from '../../apply/run-event'
import type { Plan } from '../../plan/plan'

/** Receives every event of a run, to show its progress. */
export type ShowProgress = (plan: Plan, event: RunEvent) => void

/**
 * While `go` is under way: a notification whose button cancels, and a status bar item that counts the steps and shows
 * the terminal.
 */
export async function withRunProgress<T>(
  name: string,
  cancel: () => void,
  go: (show: ShowProgress) => Promise<T>,
): Promise<T> {
  const item = vscode.window.createStatusBarItem('fleetOps.run', vscode.StatusBarAlignment.Left, 50)
  item.name = vscode.l10n.t('Fleet Ops run')
  item.text = `$(sync~spin) ${name}`
  item.tooltip = vscode.l10n.t('Show the terminal of this run')
  item.command = 'fleetOps.showTerminal'
  item.show()
  const options = { location: vscode.ProgressLocation.Notification, title: name, cancellable: true }
  try {
    return await vscode.window.withProgress(options, async (progress, token) => {
      token.onCancellationRequested(cancel)
      return go((plan, event) => {
        if (event.kind === 'restoring') item.text = `$(sync~spin) ${name}: ${vscode.l10n.t('restoring')}`
        if (event.kind !== 'step-started') return
        const count = `${event.index + 1}/${plan.steps.length}`
        item.text = `$(sync~spin) ${name} ${count}`
        item.accessibilityInformation = { label: `${name}, ${vscode.l10n.t('step {0}', count)}, ${event.step.title}` }
        progress.report({ message: `${count} ${event.step.title}`, increment: 100 / plan.steps.length })
      })
    })
  } finally {
    item.dispose()
  }
}
