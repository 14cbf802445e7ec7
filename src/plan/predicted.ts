import type { Situation } from './operation'
import type { Step } from './plan'

/** The situation after these steps, as far as nginx's file is concerned: what later steps start from. */
export function afterSteps(situation: Situation, steps: readonly Step[]): Situation {
  const { observed } = situation
  const written = steps.findLast(step => step.kind === 'write-upstream')
  if (!written || !observed.loadBalancer.reachable) return situation
  const file = { exists: true, realPath: written.file, sha256: '', text: written.text } as const
  return { ...situation, observed: { ...observed, loadBalancer: { ...observed.loadBalancer, file } } }
}
