import type { InstallStep } from '../../plan/plan'
import { runChange } from '../run-change'
import type { Carry } from '../step-context'

/** What a fleet installs is its own affair, and may take its time. */
const timeoutMilliseconds = 60 * 60_000

/** Runs the fleet's own install command. A cancel waits for it, a second one does not: it is run again with the next add-server. */
export const install: Carry<InstallStep> = async ({ server, directory, command }, context) => {
  const options = { timeoutMilliseconds, signal: context.abandon }
  const installing = runChange(context, server, 'install', [directory, command], options)
  return (await context.limits.letFinish(installing)).result
}
