import type { Plan } from './plan'

/**
 * Whether two plans of one operation do the same and ask for the same agreement. What they only warn of, such as how many calls there
 * are, may differ; the edit of fleet.yaml, which has been made by the second time, too.
 */
export const isSamePlan = (one: Plan, other: Plan): boolean => essenceOf(one) === essenceOf(other)

const essenceOf = ({ steps, refusals, questions }: Plan) => JSON.stringify([steps, refusals, questions.length > 0])
