import { t } from '@vscode/l10n'
import type { Fleet } from '../fleet/fleet'
import { messageOf } from '../fleet/message-of'
import type { LockOwner } from '../fleet/observed'
import type { Plan, Step } from '../plan/plan'
import { RemoteError } from '../remote/connection'
import { Cancelled } from './apply-error'
import type { Restored } from './restore'
import type { RunOutcome } from './run-event'

/** The wording of every outcome except success. In one place, so that the terminal and CI say the same. */

/** The plan itself says that it must not be carried out. */
export function refusedByPlan(plan: Plan): RunOutcome {
  const remedies = plan.refusals.flatMap(refusal => refusal.remedy ?? [])
  return {
    kind: 'refused',
    message: plan.refusals.map(refusal => refusal.message).join('; '),
    ...(remedies.length > 0 ? { remedy: [...new Set(remedies)].join('; ') } : {}),
  }
}

/** Somebody else is changing the fleet: who, what, and since when by the clock of the machine that reports it. */
export function refusedByLock(
  { holder, machine }: { holder: LockOwner; machine: string },
  { name }: Fleet,
): RunOutcome {
  const since = new Date(holder.since * 1000).toISOString().replace('T', ' ').slice(0, 19)
  return {
    kind: 'refused',
    message: t(
      '{0} is changing the fleet {1}: {2}, since {3} UTC by the clock of {4}',
      holder.owner,
      name,
      holder.operation,
      since,
      machine,
    ),
    remedy: t('wait until that has ended, or ask {0}; then run it again', holder.owner),
  }
}

/** What the servers say now requires a different plan from the one that was confirmed. */
export function refusedByChange(now: Plan): RunOutcome {
  return {
    kind: 'refused',
    message: t('the servers have changed since the plan was confirmed, so nothing was changed'),
    remedy: t('review the current plan, and run it again if it is what you want'),
    plan: now,
  }
}

/** Cancelled before the first step. */
export const cancelledBefore = (): RunOutcome => ({
  kind: 'cancelled',
  message: t('Cancelled before anything was changed.'),
  restored: true,
})

/** What comes before the first step failed, so nothing was touched. `what` says what it was. */
export function refusedByError(what: string, error: unknown): RunOutcome {
  const remedy = remedyOf(error)
  return {
    kind: 'refused',
    message: `${what}: ${described(error)}`,
    ...(remedy ? { remedy } : {}),
  }
}

/** fleet.yaml could not be edited, so nothing was touched. */
export function refusedByEdit(error: unknown): RunOutcome {
  const remedy = remedyOf(error)
  return { kind: 'refused', message: described(error), ...(remedy ? { remedy } : {}) }
}

/** A run that got this far and no further. */
export interface Ended {
  readonly plan: Plan
  readonly done: ReadonlySet<number>
  /** The step that failed or was cancelled, if one was in progress. */
  readonly step: Step | undefined
  readonly error: unknown
  readonly restored: Restored
  /** What to type or click to run it again. */
  readonly again: string | undefined
}

export function outcomeOfEnd(ended: Ended): RunOutcome {
  const { error, restored } = ended
  const unknown = error instanceof Cancelled ? error.message : ''
  const facts = [...restored.said, unknown, whatWasDone(ended)]
  if (error instanceof Cancelled) {
    const cancelled = ended.step ? t('cancelled during "{0}"', ended.step.title) : t('cancelled')
    return {
      kind: 'cancelled',
      message: sentences([cancelled, ...facts, next(ended)]),
      restored: restored.complete,
    }
  }
  return {
    kind: 'failed',
    message: sentences([`${ended.step?.title ?? ended.plan.title}: ${described(error)}`, ...facts]),
    remedy: sentences([remedyOf(error), next(ended)]),
    restored: restored.complete,
  }
}

function whatWasDone({ plan, done }: Ended): string {
  const total = plan.steps.length
  const steps = t('{0} of {1} steps done, {2} not', done.size, total, total - done.size)
  return plan.edits.length > 0 ? t('{0}; the edit of fleet.yaml is kept: it describes the desired state', steps) : steps
}

const next = ({ again }: Ended) => (again ? t('run it again to finish: {0}', again) : t('run it again to finish'))

const sentences = (parts: readonly (string | undefined)[]) =>
  parts
    .flatMap(part => part?.trim() || [])
    .map(part => `${part.charAt(0).toUpperCase()}${part.slice(1)}${/[.!?]$/.test(part) ? '' : '.'}`)
    .join(' ')

function described(error: unknown): string {
  if (error instanceof RemoteError) return `${error.machine}: ${error.message}`
  return messageOf(error)
}

/** The errors of every room carry a remedy where one exists. */
const remedyOf = (error: unknown): string | undefined =>
  error instanceof Error && 'remedy' in error && typeof error.remedy === 'string' ? error.remedy : undefined
