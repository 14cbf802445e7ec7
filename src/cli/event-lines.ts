import type { RunEvent, RunOutcome } from '../apply/run-event'
import { withoutControls } from '../fleet/without-controls'
import { sayDuration } from '../plan/estimate'
import { type Role, type StyledLine, span } from '../plan/styled-text'

type Event<Kind extends RunEvent['kind']> = Extract<RunEvent, { kind: Kind }>

const results: Readonly<Record<Event<'step-finished'>['result'], { role: Role; word: string }>> = {
  done: { role: 'done', word: 'done' },
  already: { role: 'dim', word: 'already so' },
  failed: { role: 'refusal', word: 'failed' },
  cancelled: { role: 'warning', word: 'cancelled' },
}

/** A run's progress as lines for a terminal or a log. `steps` is the number of steps in the plan. */
export function eventLines(event: RunEvent, steps: number): readonly StyledLine[] {
  switch (event.kind) {
    case 'run-started':
      return [[]]
    case 'step-started':
      return [
        [
          span('dim', `[${event.index + 1}/${steps}] `),
          span('server', event.step.server),
          span('plain', `  ${event.step.title}`),
        ],
      ]
    case 'output':
      // Many lines already name their server.
      return [
        [
          span(
            'dim',
            `      ${event.line.startsWith(event.server) ? '' : `${event.server}: `}${withoutControls(event.line)}`,
          ),
        ],
      ]
    case 'step-finished':
      return [finishedLine(event, steps)]
    case 'restoring':
      return [[span('warning', `      ${event.message}`)]]
    case 'run-finished':
      return outcomeLines(event)
  }
}

function finishedLine({ index, result, milliseconds }: Event<'step-finished'>, steps: number): StyledLine {
  const { role, word } = results[result]
  return [span('dim', `[${index + 1}/${steps}] `), span(role, word), span('dim', ` in ${seconds(milliseconds)}`)]
}

const titles: Readonly<Record<RunOutcome['kind'], { role: Role; word: string }>> = {
  done: { role: 'done', word: 'Done' },
  'nothing-to-do': { role: 'done', word: 'Nothing to do' },
  failed: { role: 'refusal', word: 'Failed' },
  refused: { role: 'refusal', word: 'Refused' },
  cancelled: { role: 'warning', word: 'Cancelled' },
}

function outcomeLines({ outcome, milliseconds }: Event<'run-finished'>): readonly StyledLine[] {
  const { role, word } = titles[outcome.kind]
  const head: StyledLine = [span(role, word), span('dim', ` after ${seconds(milliseconds)}`)]
  const message = 'message' in outcome ? [[span('plain', outcome.message)]] : []
  const remedy =
    'remedy' in outcome && outcome.remedy ? [[span('dim', 'what to do: '), span('plain', outcome.remedy)]] : []
  const half: readonly StyledLine[] =
    'restored' in outcome && !outcome.restored
      ? [[span('refusal', 'Not everything could be put back: see above.')]]
      : []
  return [[], head, ...message, ...half, ...remedy]
}

const seconds = (milliseconds: number) =>
  milliseconds < 10_000 ? `${(milliseconds / 1000).toFixed(1)} s` : sayDuration(Math.round(milliseconds / 1000))
