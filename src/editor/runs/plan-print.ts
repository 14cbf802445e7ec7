import type { Plan } from '../../plan/plan'
import { planLines } from '../../plan/plan-text'
import { ansiLine, type StyledLine, wrapLine } from '../../plan/styled-text'
import type { LiveText } from './live-text'

/** Prints a plan as Terraform does: what, where, and what changes in which file. */
export function printPlan(text: LiveText, plan: Plan, fleetYaml: string): void {
  printLines(text, planLines(plan, fleetYaml))
}

/** Prints lines, wrapped to the terminal's width. */
export function printLines(text: LiveText, lines: readonly StyledLine[]): void {
  for (const line of lines.flatMap(one => wrapLine(one, text.columns))) text.print(ansiLine(line))
}
