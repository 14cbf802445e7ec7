import * as vscode from 'vscode'
import type { Operation } from '../../plan/operation'
import type { Plan } from '../../plan/plan'
import { planSummary } from '../../plan/plan-summary'

/** Asks whether a plan, which the operator can read in the terminal, is to be carried out. */
export type Confirm = (plan: Plan, operation: Operation) => Promise<boolean>

/** The one modal of a run: what will be done to how many workers, and on which servers. */
export const confirmByModal: Confirm = async (plan, operation) => {
  const { title, detail } = planSummary(plan)
  const go = operation.title.replace(/…$/, '')
  const lines = [
    detail,
    ...plan.warnings.map(warning => `⚠ ${warning}`),
    vscode.l10n.t('Fleet {0}. The plan is in the terminal.', plan.fleet),
  ]
  const show = operation.danger === 'safe' ? vscode.window.showInformationMessage : vscode.window.showWarningMessage
  return (await show(vscode.l10n.t('{0}?', title), { modal: true, detail: lines.join('\n\n') }, go)) === go
}
