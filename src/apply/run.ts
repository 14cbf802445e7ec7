import type { Plan, Step } from '../plan/plan'
import { Cancelled } from './apply-error'
import type { RunEvent } from './run-event'
import type { StepContext } from './step-context'
import { type PlannedStep, stepGroups } from './step-groups'
import { carryOut } from './steps'

/** How far a run got: which steps of its plan are done, and which was in progress when it ended. */
export class RunSteps {
  readonly done = new Set<number>()
  /** The step that failed or was cancelled. */
  ended: Step | undefined
}

/**
 * Carries out every step of a plan in order, and reports each. Throws what the step that ended the run threw: ApplyError,
 * RemoteError or Cancelled. Waits for all parallel steps; a failure takes precedence over a cancel.
 */
export async function carryOutAll(
  plan: Plan,
  context: StepContext,
  steps: RunSteps,
  onEvent: (event: RunEvent) => void,
): Promise<void> {
  for (const group of stepGroups(plan.steps)) {
    if (context.cancel.aborted) throw new Cancelled()
    const results = await Promise.allSettled(group.map(planned => carryOutAloud(planned, context, steps, onEvent)))
    const reasons = results.flatMap(result => (result.status === 'rejected' ? [result.reason] : []))
    if (reasons.length > 0) throw reasons.find(reason => !(reason instanceof Cancelled)) ?? reasons[0]
  }
}

async function carryOutAloud(
  { index, step }: PlannedStep,
  context: StepContext,
  steps: RunSteps,
  onEvent: (event: RunEvent) => void,
): Promise<void> {
  const began = context.clock.now()
  const finished = (result: 'done' | 'already' | 'failed' | 'cancelled') =>
    onEvent({ kind: 'step-finished', index, step, result, milliseconds: context.clock.now() - began })
  onEvent({ kind: 'step-started', index, step })
  try {
    finished(await carryOut(step, context))
    steps.done.add(index)
  } catch (error) {
    finished(error instanceof Cancelled ? 'cancelled' : 'failed')
    if (!(steps.ended && error instanceof Cancelled)) steps.ended = step
    throw error
  }
}
