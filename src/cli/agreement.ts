import type { Plan } from '../plan/plan'
import { span } from '../plan/styled-text'
import type { Console } from './console'

/**
 * Whether the plan may be carried out. Its questions need explicit consent: `--less-room`, or an answer. `--yes` is not enough, because
 * a script passes it before knowing the questions.
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
          span('plain', 'the plan needs your consent that new calls may be refused. Nothing was changed.'),
        ],
        [
          span('dim', 'what to do: '),
          span(
            'plain',
            'run it when traffic is lower, set rollout.max_active_calls to wait for that, or add --less-room',
          ),
        ],
      ])
      return 'unasked'
    }
    for (const question of questions) if (!(await says(console, `${question}. Continue anyway? [y/N] `))) return 'no'
  }
  return yes || (await says(console, 'Carry this out? [y/N] ')) ? 'yes' : 'no'
}

async function says(console: Pick<Console, 'ask' | 'note'>, question: string): Promise<boolean> {
  const answer = await console.ask(question)
  if (/^y(es)?$/i.test(answer?.trim() ?? '')) return true
  console.note([[span('plain', 'Nothing was changed.')]])
  return false
}
