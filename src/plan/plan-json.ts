import { type Estimate, estimate } from './estimate'
import type { Plan, Step, WriteUpstreamStep } from './plan'
import { countPlan, type PlanCounts } from './plan-summary'
import { stepDiff } from './plan-text'

/**
 * A step with what it changes, line by line, if it changes a text: `- server 10.0.0.2:8001;`, `+ MAX_CONCURRENT_CALLS=8`. Nothing more of
 * nginx's files is included: the rest, such as a header for somebody's backend, may be a secret.
 */
export type StepRecord = (Exclude<Step, WriteUpstreamStep> | Omit<WriteUpstreamStep, 'text' | 'before'>) & {
  readonly diff?: readonly string[]
}

/** A plan with its totals, as `fleet-ops plan --json` prints it. `estimate` is in seconds. */
export type PlanRecord = Omit<Plan, 'steps'> & {
  readonly steps: readonly StepRecord[]
  readonly counts: PlanCounts
  readonly estimate: Estimate
}

/** A plan as JSON, so that another program can compare, keep or show it. It holds no secret. */
export function planJson(plan: Plan): string {
  const steps = plan.steps.map(recordOf)
  const record: PlanRecord = { ...plan, steps, counts: countPlan(plan), estimate: estimate(plan.steps) }
  return JSON.stringify(record, null, 2)
}

function recordOf(step: Step): StepRecord {
  const diff = stepDiff(step)
  const { text, before, ...shown } = step as Step & Partial<WriteUpstreamStep>
  const record = step.kind === 'write-upstream' ? (shown as StepRecord) : step
  return diff.length > 0 ? { ...record, diff } : record
}
