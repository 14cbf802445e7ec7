import type { Plan } from '../../../src/plan/plan'
import { planLines } from '../../../src/plan/plan-text'
import { plainText } from '../../../src/plan/styled-text'

/** A plan as it is printed without colours. */
export const planText = (plan: Plan, fleetYaml: string): string => plainText(planLines(plan, fleetYaml))
