import type { Plan } from '../../plan/plan'
import { planLines } from '../../plan/plan-text'
import { ansiLine } from '../../plan/styled-text'
import type { LiveText } from './live-text'

/** Prints a plan as Terraform does: what, where, and what changes in which file. */
export function printPlan(text: LiveText, plan: Plan, fleetYaml: string): void {
  for (const line of planLines(plan, fleetYaml)) text.print(ansiLine(line))
}
