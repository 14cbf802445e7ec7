import { type Estimate, estimate } from './estimate'
import type { Plan, Step } from './plan'
import { countPlan, type PlanCounts } from './plan-summary'
import { stepDiff } from './plan-text'

/** A step with what it changes, line by line, where it changes a text: `- server 10.0.0.2:8001;`, `+ MAX_CONCURRENT_CALLS=8`. */
export type StepRecord = Step & { readonly diff?: readonly string[] }

/** A plan with what it counts up to, as `fleet-ops plan --json` prints it. Seconds in `estimate`. */
export type PlanRecord = Plan & {
  readonly steps: readonly StepRecord[]
  readonly counts: PlanCounts
  readonly estimate: Estimate
}

/** A plan as JSON: the value itself, so that another program can compare, keep or show it. It holds no secret. */
export function planJson(plan: Plan): string {
  const steps = plan.steps.map((step): StepRecord => {
    const diff = stepDiff(step)
    return diff.length > 0 ? { ...step, diff } : step
  })
  const record: PlanRecord = { ...plan, steps, counts: countPlan(plan), estimate: estimate(plan.steps) }
  return JSON.stringify(record, null, 2)
}
