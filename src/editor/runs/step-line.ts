import * as vscode from 'vscode'
import type { Plan, Step } from '../../plan/plan'
import type { StepResult } from './run-outcome'
import { duration, styled, type TextStyle } from './terminal-text'

const signs: Readonly<Record<StepResult | 'running', readonly [sign: string, style: TextStyle]>> = {
  running: ['…', 'cyan'],
  done: ['✓', 'green'],
  already: ['✓', 'faint'],
  failed: ['✖', 'red'],
  cancelled: ['⊘', 'yellow'],
}

/** One step as a line of columns: sign, number, time taken, server, and what it does. */
export function stepLine(
  plan: Plan,
  step: Step,
  index: number,
  result: StepResult | 'running',
  milliseconds: number,
): string {
  const total = String(plan.steps.length)
  const serverWidth = Math.max(...plan.steps.map(({ server }) => server.length))
  const [sign, style] = signs[result]
  const columns = [
    styled(sign, style),
    styled(`${String(index + 1).padStart(total.length)}/${total}`, 'faint'),
    styled(duration(milliseconds).padStart(10), 'faint'),
    styled(step.server.padEnd(serverWidth), 'cyan'),
    step.title,
    ...(result === 'already' ? [styled(vscode.l10n.t('already so'), 'faint')] : []),
  ]
  return `  ${columns.join('  ')}`
}
