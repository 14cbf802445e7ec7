import type { Plan, Step } from './plan'
import { natureOf } from './step-natures'

/**
 * Whether a newer plan is still what was confirmed: it makes the same changes in the same order, and asks nothing new. Its waits
 * and warnings may differ, and a worker may have been started meanwhile: systemd keeps starting one that keeps
 * dying. The edit of fleet.yaml has been made by then.
 */
export function isStillConfirmed(confirmed: Plan, now: Plan): boolean {
  if (now.refusals.length > 0 || (now.questions.length > 0 && confirmed.questions.length === 0)) return false
  const started = new Set(startsOf(confirmed))
  return areSame(changesOf(confirmed), changesOf(now)) && startsOf(now).every(start => started.has(start))
}

const changesOf = ({ steps }: Plan): readonly Step[] =>
  steps.filter(step => !natureOf(step).waits && step.kind !== 'enable-worker')

/** Step by step: comparing all files of a long rollout at once would block an editor. */
const areSame = (ones: readonly Step[], others: readonly Step[]): boolean =>
  ones.length === others.length && ones.every((one, index) => isSame(one, others[index]))

function isSame(one: Step, other: Step | undefined): boolean {
  if (one.kind !== 'write-upstream' || other?.kind !== 'write-upstream') return wordsOf(one) === wordsOf(other)
  if (one.text !== other.text || one.before !== other.before) return false
  return wordsOf({ ...one, text: '', before: '' }) === wordsOf({ ...other, text: '', before: '' })
}

function wordsOf(step: Step | undefined): string {
  if (!step) return ''
  const { title, ...change } = step
  return JSON.stringify(change)
}

const startsOf = ({ steps }: Plan): readonly string[] =>
  steps.flatMap(step => (step.kind === 'enable-worker' ? [`${step.worker.server}/${step.worker.id}`] : []))
