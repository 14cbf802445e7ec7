import * as vscode from 'vscode'
import type { Operation } from '../../plan/operation'
import type { Plan } from '../../plan/plan'
import { planSummary } from '../../plan/plan-summary'

/** `go`: the plan is carried out; `alternative`: the alternative that it offers is planned instead; `stop`: nothing is done. */
export type Confirmation = 'go' | 'alternative' | 'stop'

/** Asks what to do with a plan, which the operator can read in the terminal. */
export type Confirm = (plan: Plan, operation: Operation) => Promise<Confirmation>

/**
 * The one modal of a run: what will be done to how many workers, and on which servers. The plan's question is its headline, and its
 * button states the yes.
 */
export const confirmByModal: Confirm = async (plan, operation) => {
  const { title, detail } = planSummary(plan)
  const name = operation.title().replace(/…$/, '')
  const asks = plan.questions.length > 0
  const go = asks ? vscode.l10n.t('{0} Anyway', name) : name
  const lines = [
    ...plan.questions.map(question => `⚠ ${question}.`),
    detail,
    ...plan.warnings.map(warning => `⚠ ${warning}`),
    vscode.l10n.t('Fleet {0}. The plan is in the terminal.', plan.fleet),
  ]
  const headline = asks ? vscode.l10n.t('{0}, although new calls may be refused?', title) : vscode.l10n.t('{0}?', title)
  const safe = operation.danger === 'safe' && !asks
  const show = safe ? vscode.window.showInformationMessage : vscode.window.showWarningMessage
  const buttons = [go, ...(plan.alternative ? [plan.alternative.title] : [])]
  const answer = await show(headline, { modal: true, detail: lines.join('\n\n') }, ...buttons)
  if (answer === undefined) return 'stop'
  return answer === go ? 'go' : 'alternative'
}
