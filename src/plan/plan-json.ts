import { type Estimate, estimate } from './estimate'
import type { Plan } from './plan'
import { countPlan, type PlanCounts } from './plan-summary'

/** A plan with what it counts up to, as `fleet-ops plan --json` prints it. Seconds in `estimate`. */
export type PlanRecord = Plan & { readonly counts: PlanCounts; readonly estimate: Estimate }

/** A plan as JSON: the value itself, so that another program can compare, keep or show it. It holds no secret. */
export function planJson(plan: Plan): string {
  const record: PlanRecord = { ...plan, counts: countPlan(plan), estimate: estimate(plan.steps) }
  return JSON.stringify(record, null, 2)
}
