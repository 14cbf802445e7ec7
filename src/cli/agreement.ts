import type { Plan } from '../plan/plan'
import { span } from '../plan/styled-text'
import type { Console } from './console'

/**
 * Whether the plan may be carried out. What it asks needs a yes of its own: `--less-room`, or an answer; `--yes`, which a script gives
 * before it knows of any question, is none.
 */
export async function isAgreed(
  { yes, lessRoom }: { readonly yes: boolean; readonly lessRoom: boolean },
  { questions }: Plan,
  console: Pick<Console, 'interactive' | 'ask' | 'note'>,
): Promise<'yes' | 'no' | 'unasked'> {
  if (questions.length > 0 && !lessRoom) {
    if (!console.interactive) {
      console.note([
        [
          span('refusal', 'Refused: '),
          span('plain', 'the plan asks whether new calls may be refused. Nothing was changed.'),
        ],
        [
          span('dim', 'what to do: '),
          span('plain', 'run it in quieter traffic, let rollout.max_active_calls wait for it, or add --less-room'),
        ],
      ])
      return 'unasked'
    }
    for (const question of questions) if (!(await says(console, `${question}. Go on all the same? [y/N] `))) return 'no'
  }
  return yes || (await says(console, 'Carry this out? [y/N] ')) ? 'yes' : 'no'
}

async function says(console: Pick<Console, 'ask' | 'note'>, question: string): Promise<boolean> {
  const answer = await console.ask(question)
  if (/^y(es)?$/i.test(answer?.trim() ?? '')) return true
  console.note([[span('plain', 'Nothing was changed.')]])
  return false
}
