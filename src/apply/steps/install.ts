import type { InstallStep } from '../../plan/plan'
import { runChange } from '../run-change'
import type { Carry } from '../step-context'

/** The install command is the fleet's own, and may take as long as it needs. */
const timeoutMilliseconds = 60 * 60_000

/** Runs the fleet's own install command. A cancel waits for it, a second cancel does not: the next add-server runs it again. */
export const install: Carry<InstallStep> = async ({ server, directory, command }, context) => {
  const options = { timeoutMilliseconds, signal: context.abandon }
  const installing = runChange(context, server, 'install', [directory, command], options)
  return (await context.limits.letFinish(installing)).result
}
