import type { PauseStep } from '../../plan/plan'
import { Cancelled } from '../apply-error'
import type { Carry } from '../step-context'

/** Waits, to give the operator time between batches. A cancel ends it at once. */
export const pause: Carry<PauseStep> = async (step, { clock, cancel }) => {
  await clock.sleep(step.seconds * 1000, cancel)
  if (cancel.aborted) throw new Cancelled()
  return 'done'
}
