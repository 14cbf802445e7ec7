import type { WriteUpstreamStep } from '../../plan/plan'
import { RemoteError } from '../../remote/connection'
import { ApplyError } from '../apply-error'
import type { Carry } from '../step-context'
import { writeUpstreamFile } from '../upstream-file'

/** Writes the upstream and reloads nginx, and records what it would be without this run's drains. */
export const writeUpstream: Carry<WriteUpstreamStep> = async (step, context) => {
  const { server, file, text, draining, before = '' } = step
  const { progress } = context
  const found = progress.upstream
  const pending = { server, file, text, before: step.before, draining }
  // Note it before, so that a run which ends midway knows that the file may be either one.
  progress.upstream = { server, file, text: before, settled: before, draining: [], ...found, pending }
  const changed = await writeUpstreamFile(pending, context).catch((error: unknown) => {
    if (isAsItWas(error)) progress.upstream = found
    throw error
  })
  const settled = draining.length === 0 ? text : (found?.settled ?? before)
  progress.upstream = { server, file, text, settled, draining }
  return changed.result
}

/** The script has ended, and says so; or it never began. */
const isAsItWas = (error: unknown) =>
  error instanceof ApplyError || (error instanceof RemoteError && error.phase !== 'run')
