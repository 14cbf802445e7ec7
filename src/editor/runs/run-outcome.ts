import * as vscode from 'vscode'
import type { RunEvent, RunOutcome } from '../../apply/run-event'
import { withoutControls } from '../../fleet/without-controls'
import { duration, styled, type TextStyle, wrapped } from './terminal-text'

export type StepResult = Extract<RunEvent, { kind: 'step-finished' }>['result']

interface Ending {
  /** How it ended, in a few words. */
  readonly head: string
  readonly style: TextStyle
  readonly facts: readonly (readonly [label: string, text: string, alarm?: 'alarm'])[]
}

type Describe = {
  readonly [Kind in RunOutcome['kind']]: (outcome: Extract<RunOutcome, { kind: Kind }>, took: string) => Ending
}

const describe: Describe = {
  done: (_, took) => ({ head: vscode.l10n.t('✓ Done in {0}.', took), style: 'green', facts: [] }),
  'nothing-to-do': () => ({ head: vscode.l10n.t('✓ Nothing to do: already so.'), style: 'green', facts: [] }),
  refused: ({ message, remedy }) => ({
    head: vscode.l10n.t('✖ Refused. No server was changed.'),
    style: 'red',
    facts: [[vscode.l10n.t('Why'), message], ...next(remedy)],
  }),
  failed: ({ message, remedy, restored }, took) => ({
    head: vscode.l10n.t('✖ Failed after {0}.', took),
    style: 'red',
    facts: [[vscode.l10n.t('What'), message], ...standing(restored), ...next(remedy)],
  }),
  cancelled: ({ message, restored }, took) => ({
    head: vscode.l10n.t('⊘ Cancelled after {0}.', took),
    style: 'yellow',
    facts: [[vscode.l10n.t('What'), message], ...standing(restored)],
  }),
}

const next = (remedy: string | undefined): Ending['facts'] => (remedy ? [[vscode.l10n.t('Next'), remedy]] : [])

const standing = (restored: boolean): Ending['facts'] => [
  restored
    ? [vscode.l10n.t('Now'), vscode.l10n.t('No drained worker was left out of nginx, and the lock is released.')]
    : [
        vscode.l10n.t('Now'),
        vscode.l10n.t('Not everything could be restored. Inspect the load balancer before doing anything else.'),
        'alarm',
      ],
]

const labelWidth = 6

/**
 * The last block of a run: how it ended, what was and was not done, the current state, and what to do next.
 * @param columns the terminal's width, to which longer texts are wrapped
 */
export function describeOutcome(outcome: RunOutcome, milliseconds: number, columns: number): readonly string[] {
  const describeIt = describe[outcome.kind] as (outcome: RunOutcome, took: string) => Ending
  const { head, style, facts } = describeIt(outcome, duration(milliseconds))
  const indent = ' '.repeat(labelWidth + 2)
  const lines = facts.map(([label, text, alarm]) => {
    const paragraphs = withoutControls(text).split('\n')
    const broken = paragraphs.flatMap(line => wrapped(line, Math.max(columns - indent.length - 1, 20)))
    const block = alarm ? styled(broken.join(`\n${indent}`), 'red', 'bold') : broken.join(`\n${indent}`)
    return `  ${styled(label.padEnd(labelWidth), 'faint')}${block}`
  })
  return [styled(head, style, 'bold'), ...lines]
}

/** The outcome in a few plain words: for notifications and the history. */
export function summarizeOutcome(outcome: RunOutcome): string {
  if (outcome.kind === 'done') return vscode.l10n.t('done')
  if (outcome.kind === 'nothing-to-do') return vscode.l10n.t('nothing to do')
  return withoutControls(outcome.message)
}
