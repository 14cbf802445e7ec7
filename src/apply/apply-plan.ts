import { t } from '@vscode/l10n'
import type { Fleet } from '../fleet/fleet'
import type { Plan } from '../plan/plan'
import { isStillConfirmed } from '../plan/same-plan'
import type { Connections } from '../remote/connection'
import type { VoxbridgeToken } from '../voxbridge/access'
import { Cancelled } from './apply-error'
import { awaitGuardian } from './await-guardian'
import { type CancelLimits, cancelLimits } from './cancel-limits'
import { type Clock, systemClock } from './clock'
import { createStepContext } from './create-step-context'
import { eitherSignal } from './either-signal'
import { showJournals } from './journals'
import { type Lock, takeLock } from './lock'
import {
  cancelledBefore,
  outcomeOfEnd,
  refusedByChange,
  refusedByEdit,
  refusedByError,
  refusedByLock,
  refusedByPlan,
} from './outcome'
import { type Restored, restore } from './restore'
import { carryOutAll, RunSteps } from './run'
import type { RunEvent, RunOutcome } from './run-event'
import type { StepContext } from './step-context'
import { unlessCancelled } from './unless-cancelled'

const goodbyeMilliseconds = 1_000

export interface ApplyOptions {
  /** The fleet that the plan was made for: after its edits. */
  readonly fleet: Fleet
  readonly connections: Connections
  /** Plans again from what the servers say now; throws only if the signal aborts. */
  readonly planAgain: (signal: AbortSignal) => Promise<Plan>
  /** Cancels: the step in progress is finished or undone, and things are put back. */
  readonly signal: AbortSignal
  /** Cancels again: nothing is waited for any more, not even a restart, and things are still put back. */
  readonly abandon?: AbortSignal
  /** Who has the lock, as shown to a second operator, such as `alice@laptop`. */
  readonly owner: string
  /** What to type or click to run it again, such as `fleet-ops run rolling-restart fleet.yaml --yes`, for the closing message. */
  readonly again?: string
  /** Gives VoxBridge's token, for a plan that tells VoxBridge something. */
  readonly voxbridgeToken?: VoxbridgeToken
  /**
   * Makes the plan's edit of fleet.yaml: under the lock and before the first step, so that a run which does not begin leaves the file as
   * it is. If it throws, the run is refused.
   */
  readonly edit?: () => Promise<void>
  readonly onEvent: (event: RunEvent) => void
  readonly clock?: Clock
}

/**
 * Carries out a confirmed plan, unchanged, under the fleet's lock. Whatever happens, it ends with an outcome and never throws:
 * drained workers are brought back, the lock is released, and the outcome says what was and was not done.
 *
 * `onEvent` is called with everything as it happens, `run-finished` last. Times are in milliseconds.
 */
export async function applyPlan(plan: Plan, given: ApplyOptions): Promise<RunOutcome> {
  const clock = given.clock ?? systemClock
  const options = { ...given, onEvent: harmless(given.onEvent) }
  const began = clock.now()
  const outcome = await run(plan, options, clock)
  options.onEvent({ kind: 'run-finished', outcome, milliseconds: clock.now() - began })
  return outcome
}

/** A listener may fail, such as a terminal that was closed: no reason to leave a worker drained. */
function harmless(onEvent: ApplyOptions['onEvent']): ApplyOptions['onEvent'] {
  return event => {
    try {
      onEvent(event)
    } catch {
      // The run continues, and its outcome is returned all the same.
    }
  }
}

async function run(plan: Plan, options: ApplyOptions, clock: Clock): Promise<RunOutcome> {
  if (plan.refusals.length > 0) return refusedByPlan(plan)
  if (options.signal.aborted) return cancelledBefore()
  if (plan.steps.length === 0) return editAlone(options)
  const limits = cancelLimits(options.signal, clock)
  try {
    const attempt = await takeLock(plan, options).catch(refusedWithoutLock)
    if (attempt.kind === 'held') return refusedByLock(attempt, options.fleet)
    if (attempt.kind !== 'taken') return attempt
    return await runWhatIsConfirmed(plan, options, { clock, limits, lock: boundedLock(attempt.lock, limits) })
  } finally {
    limits.dispose()
  }
}

const refusedWithoutLock = (error: unknown): RunOutcome =>
  error instanceof Cancelled ? cancelledBefore() : refusedByError(t('the lock could not be taken'), error)

interface Means {
  readonly clock: Clock
  readonly limits: CancelLimits
  readonly lock: Lock
}

/** After a cancel, do not wait for machines that do not answer: what remains to be done there is left to their guardian. */
function boundedLock(lock: Lock, { goodbye }: CancelLimits): Lock {
  const bounded = (work: Promise<void>) => unlessCancelled(work, goodbye).catch(() => {})
  return {
    ...lock,
    release: () => bounded(lock.release()),
    leaveToGuardian: () => bounded(lock.leaveToGuardian()),
  }
}

/** Nobody else can change the fleet any more. If nothing is to be changed after all, the lock is released. */
async function runWhatIsConfirmed(confirmed: Plan, options: ApplyOptions, means: Means): Promise<RunOutcome> {
  const agreed = await whatIsStillConfirmed(confirmed, options)
  if ('steps' in agreed) return runUnderLock(agreed, options, means)
  await means.lock.release()
  return agreed
}

/**
 * Is the confirmed plan still what has to be done? Time has passed since, and the fleet may have changed while the operator was away.
 * The waits carried out are those needed now. Without a plan, answers how the run has ended.
 */
async function whatIsStillConfirmed(confirmed: Plan, options: ApplyOptions): Promise<Plan | RunOutcome> {
  const now = await planAgain(options)
  if ('kind' in now) return now
  if (isStillConfirmed(confirmed, now)) return (await whyNotEdited(options)) ?? { ...now, edits: confirmed.edits }
  return now.steps.length === 0 && now.refusals.length === 0 ? editAlone(options) : refusedByChange(now)
}

async function planAgain({ planAgain, signal }: ApplyOptions): Promise<Plan | RunOutcome> {
  try {
    return await unlessCancelled(planAgain(signal), signal)
  } catch (error) {
    return signal.aborted ? cancelledBefore() : refusedByError(t('the servers could not be probed again'), error)
  }
}

/** If the servers are already as they should be, the edit of fleet.yaml is all there is to do. */
const editAlone = async (options: ApplyOptions): Promise<RunOutcome> =>
  (await whyNotEdited(options)) ?? { kind: 'nothing-to-do' }

async function whyNotEdited({ edit }: ApplyOptions): Promise<RunOutcome | undefined> {
  try {
    await edit?.()
    return undefined
  } catch (error) {
    return refusedByEdit(error)
  }
}

async function runUnderLock(plan: Plan, options: ApplyOptions, means: Means): Promise<RunOutcome> {
  const { onEvent } = options
  const { lock } = means
  const cancel = eitherSignal(options.signal, lock.lost)
  const context = createStepContext(options, { ...means, cancel: cancel.signal })
  const steps = new RunSteps()
  onEvent({ kind: 'run-started', plan })
  try {
    await carryOutAll(plan, context, steps, onEvent)
    await lock.release()
    return { kind: 'done' }
  } catch (thrown) {
    const error = lock.lost.reason ?? thrown
    await showJournals(error, context)
    const restored = await putBack(context, options, lock)
    return outcomeOfEnd({ plan, done: steps.done, step: steps.ended, error, restored, again: options.again })
  } finally {
    cancel.dispose()
  }
}

/** Puts things back and releases the lock; what this run cannot put back is left to the guardian, which needs the lock for it. */
async function putBack(context: StepContext, { onEvent, signal }: ApplyOptions, lock: Lock): Promise<Restored> {
  const announce = (message: string) => onEvent({ kind: 'restoring', message })
  const restored = await restore(context, announce)
  if (restored.written) {
    await lock.release()
    return restored
  }
  // Do not wait for a machine that does not answer when leaving either.
  await (signal.aborted
    ? Promise.race([lock.leaveToGuardian(), context.clock.sleep(goodbyeMilliseconds)])
    : lock.leaveToGuardian())
  for (const message of restored.said) announce(message)
  return awaitGuardian(restored, context, signal.aborted)
}
