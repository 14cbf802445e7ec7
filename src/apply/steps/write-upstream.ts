import type { WriteUpstreamStep } from '../../plan/plan'
import type { Carry } from '../step-context'
import { writeUpstreamFile } from '../upstream-file'

/** Writes the upstream and reloads nginx, and notes how it would be without the drains of this run. */
export const writeUpstream: Carry<WriteUpstreamStep> = async (step, context) => {
  const { server, file, text, draining } = step
  const { progress } = context
  const changed = await writeUpstreamFile({ server, file, text, before: step.before, draining }, context)
  const settled = draining.length === 0 ? text : (progress.upstream?.settled ?? step.before ?? text)
  progress.upstream = { server, file, text, settled, draining }
  return changed.result
}
