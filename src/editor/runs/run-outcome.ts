import * as vscode from 'vscode'
import type { RunEvent, RunOutcome } from '../../apply/run-event'
import type { Plan } from '../../plan/plan'
import { duration, styled, withoutControls } from './terminal-text'

export type StepResult = Extract<RunEvent, { kind: 'step-finished' }>['result']

/** A run, once it has ended. */
interface Ended<Outcome> {
  readonly outcome: Outcome
  readonly took: string
  /** How many of the steps were done. */
  readonly counts: string
  readonly edited: boolean
}

type Describe = {
  readonly [Kind in RunOutcome['kind']]: (ended: Ended<Extract<RunOutcome, { kind: Kind }>>) => readonly string[]
}

const describe: Describe = {
  done: ({ took, counts }) => [`${styled(vscode.l10n.t('✓ Done in {0}.', took), 'green', 'bold')} ${counts}`],
  'nothing-to-do': () => [styled(vscode.l10n.t('✓ Nothing to do: everything is so already.'), 'green', 'bold')],
  refused: ({ outcome, edited }) => [
    styled(vscode.l10n.t('✖ Refused. No server was touched.'), 'red', 'bold'),
    fact(vscode.l10n.t('Why'), outcome.message),
    ...keptEdit(edited),
    ...(outcome.remedy ? [fact(vscode.l10n.t('Next'), outcome.remedy)] : []),
  ],
  failed: ({ outcome, took, counts, edited }) => [
    `${styled(vscode.l10n.t('✖ Failed after {0}.', took), 'red', 'bold')} ${counts}`,
    fact(vscode.l10n.t('Why'), outcome.message),
    standing(outcome.restored),
    ...keptEdit(edited),
    fact(vscode.l10n.t('Next'), outcome.remedy ?? vscode.l10n.t('Run it again: what is done already is skipped.')),
  ],
  cancelled: ({ outcome, took, counts, edited }) => [
    `${styled(vscode.l10n.t('⊘ Cancelled after {0}.', took), 'yellow', 'bold')} ${counts}`,
    fact(vscode.l10n.t('Why'), outcome.message),
    standing(outcome.restored),
    ...keptEdit(edited),
    fact(vscode.l10n.t('Next'), vscode.l10n.t('Run it again to finish: what is done already is skipped.')),
  ],
}

/**
 * The last block of a run: how it ended, what was done and what was not, how things stand, and what to do next.
 * @param plan undefined if it ended before there was one
 */
export function describeOutcome(
  outcome: RunOutcome,
  plan: Plan | undefined,
  finished: readonly StepResult[],
  milliseconds: number,
): readonly string[] {
  const total = plan?.steps.length ?? 0
  const done = finished.filter(result => result === 'done' || result === 'already').length
  const counts =
    done === total
      ? vscode.l10n.t('All {0} steps were done.', total)
      : vscode.l10n.t('{0} of {1} steps were done, {2} were not.', done, total, total - done)
  const ended = {
    outcome,
    took: duration(milliseconds),
    counts: total === 0 ? '' : counts,
    edited: plan !== undefined && plan.edits.length > 0,
  }
  return (describe[outcome.kind] as (ended: Ended<RunOutcome>) => readonly string[])(ended)
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

function standing(restored: boolean): string {
  const text = restored
    ? vscode.l10n.t('No drained worker is left out, and the lock is free.')
    : vscode.l10n.t('Not everything could be put back. Look at the load balancer before anything else.')
  return restored ? fact(vscode.l10n.t('Now'), text) : styled(fact(vscode.l10n.t('Now'), text), 'red', 'bold')
}

function keptEdit(edited: boolean): readonly string[] {
  return edited
    ? [fact(vscode.l10n.t('File'), vscode.l10n.t('fleet.yaml keeps its edit: it says what should be.'))]
    : []
}
