import * as vscode from 'vscode'
import type { Plan, Step } from '../../plan/plan'
import type { StepResult } from './run-outcome'
import { duration, styled, type TextStyle, withoutStyles, wrapped } from './terminal-text'

const signs: Readonly<Record<StepResult | 'running', readonly [sign: string, style: TextStyle]>> = {
  running: ['…', 'cyan'],
  done: ['✓', 'green'],
  already: ['✓', 'faint'],
  failed: ['✖', 'red'],
  cancelled: ['⊘', 'yellow'],
}

/** A step and its current state. */
export interface StepStanding {
  readonly step: Step
  readonly index: number
  readonly result: StepResult | 'running'
  readonly milliseconds: number
}

/** One step as a row of columns: sign, number, duration, server, and what it does, which is wrapped to the terminal's width. */
export function stepLine({ steps }: Plan, { step, index, result, milliseconds }: StepStanding, width: number): string {
  const total = String(steps.length)
  const [sign, style] = signs[result]
  const columns = [
    styled(sign, style),
    styled(`${String(index + 1).padStart(total.length)}/${total}`, 'faint'),
    styled(duration(milliseconds).padStart(10), 'faint'),
    styled(step.server.padEnd(Math.max(...steps.map(({ server }) => server.length))), 'cyan'),
  ]
  const before = `  ${columns.join('  ')}  `
  const indent = withoutStyles(before).length
  const title = result === 'already' ? `${step.title} (${vscode.l10n.t('already so')})` : step.title
  return before + wrapped(title, Math.max(width - indent - 1, 20)).join(`\n${' '.repeat(indent)}`)
}
