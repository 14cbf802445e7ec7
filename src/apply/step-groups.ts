import type { Step } from '../plan/plan'

/** A step with its position in the plan. */
export interface PlannedStep {
  readonly index: number
  readonly step: Step
}

/** Steps in order, in groups that may run in parallel: the restarts of one batch are consecutive in the plan. */
export function stepGroups(steps: readonly Step[]): readonly (readonly PlannedStep[])[] {
  const groups: PlannedStep[][] = []
  for (const [index, step] of steps.entries()) {
    const last = groups.at(-1)
    if (step.kind === 'restart-worker' && last?.[0]?.step.kind === 'restart-worker') last.push({ index, step })
    else groups.push([{ index, step }])
  }
  return groups
}
