import * as vscode from 'vscode'
import type { WorkerState, WorkerStateKind } from '../../plan/state'

interface Look {
  /** A codicon's id. */
  readonly icon: string
  /** A colour of the theme. */
  readonly colour?: string
}

const looks: Readonly<Record<WorkerStateKind, Look>> = {
  healthy: { icon: 'pass', colour: 'charts.green' },
  busy: { icon: 'pulse', colour: 'charts.green' },
  draining: { icon: 'arrow-circle-down', colour: 'charts.yellow' },
  restarting: { icon: 'sync', colour: 'charts.yellow' },
  unreachable: { icon: 'debug-disconnect', colour: 'charts.red' },
  failed: { icon: 'error', colour: 'charts.red' },
  'not-running': { icon: 'circle-slash', colour: 'charts.red' },
}

const words: Readonly<Record<WorkerStateKind, () => string>> = {
  healthy: () => vscode.l10n.t('healthy'),
  busy: () => vscode.l10n.t('busy'),
  draining: () => vscode.l10n.t('draining'),
  restarting: () => vscode.l10n.t('restarting'),
  unreachable: () => vscode.l10n.t('unreachable'),
  failed: () => vscode.l10n.t('failed'),
  'not-running': () => vscode.l10n.t('not running'),
}

/** The icon of a worker in this state, or in a state not known yet. */
export const iconOfState = (state: WorkerState | undefined): Look =>
  state ? looks[state.kind] : { icon: 'circle-outline' }

/** The state in the operator's language. */
export const wordOfState = (state: WorkerState): string => words[state.kind]()
