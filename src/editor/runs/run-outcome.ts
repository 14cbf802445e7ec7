import * as vscode from 'vscode'
import type { RunEvent, RunOutcome } from '../../apply/run-event'
import { duration, styled, withoutControls } from './terminal-text'

export type StepResult = Extract<RunEvent, { kind: 'step-finished' }>['result']

type Describe = {
  readonly [Kind in RunOutcome['kind']]: (
    outcome: Extract<RunOutcome, { kind: Kind }>,
    took: string,
  ) => readonly string[]
}

const describe: Describe = {
  done: (_, took) => [styled(vscode.l10n.t('✓ Done in {0}.', took), 'green', 'bold')],
  'nothing-to-do': () => [styled(vscode.l10n.t('✓ Nothing to do: everything is so already.'), 'green', 'bold')],
  refused: ({ message, remedy }) => [
    styled(vscode.l10n.t('✖ Refused. No server was touched.'), 'red', 'bold'),
    fact(vscode.l10n.t('Why'), message),
    ...next(remedy),
  ],
  failed: ({ message, remedy, restored }, took) => [
    styled(vscode.l10n.t('✖ Failed after {0}.', took), 'red', 'bold'),
    fact(vscode.l10n.t('What'), message),
    standing(restored),
    ...next(remedy),
  ],
  cancelled: ({ message, restored }, took) => [
    styled(vscode.l10n.t('⊘ Cancelled after {0}.', took), 'yellow', 'bold'),
    fact(vscode.l10n.t('What'), message),
    standing(restored),
  ],
}

/** The last block of a run: how it ended, what was and was not done, how things stand, and what to do next. */
export function describeOutcome(outcome: RunOutcome, milliseconds: number): readonly string[] {
  const describeIt = describe[outcome.kind] as (outcome: RunOutcome, took: string) => readonly string[]
  return describeIt(outcome, duration(milliseconds))
}

/** The outcome in a few plain words: for notifications and the history. */
export function summarizeOutcome(outcome: RunOutcome): string {
  if (outcome.kind === 'done') return vscode.l10n.t('done')
  if (outcome.kind === 'nothing-to-do') return vscode.l10n.t('nothing to do')
  return withoutControls(outcome.message)
}

/** A label and what it is about, further lines aligned with the first. */
function fact(label: string, text: string): string {
  return `  ${styled(label.padEnd(6), 'faint')}${withoutControls(text).replaceAll('\n', `\n${' '.repeat(8)}`)}`
}

const next = (remedy: string | undefined): readonly string[] =>
  remedy === undefined ? [] : [fact(vscode.l10n.t('Next'), remedy)]

function standing(restored: boolean): string {
  if (restored) return fact(vscode.l10n.t('Now'), vscode.l10n.t('No drained worker is left out, and the lock is free.'))
  const alarm = vscode.l10n.t('Not everything could be put back. Look at the load balancer before anything else.')
  return styled(`  ${vscode.l10n.t('Now').padEnd(6)}${alarm}`, 'red', 'bold')
}
