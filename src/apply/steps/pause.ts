import type { PauseStep } from '../../plan/plan'
import { Cancelled } from '../apply-error'
import type { Carry } from '../step-context'

/** Waits, for the operator's peace between batches. Cancel ends it at once. */
export const pause: Carry<PauseStep> = async (step, { clock, cancel }) => {
  await clock.sleep(step.seconds * 1000, cancel)
  if (cancel.aborted) throw new Cancelled()
  return 'done'
}
