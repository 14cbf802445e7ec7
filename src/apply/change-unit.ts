import type { WorkerTarget } from '../plan/plan'
import { ApplyError } from './apply-error'
import { type Changed, runChange } from './run-change'
import type { StepContext } from './step-context'

/** A stop may take as long as the unit's TimeoutStopSec, which the operator chooses. */
const timeoutMilliseconds = 15 * 60_000

/**
 * Changes the state of one worker's unit. A cancel waits for it, a second cancel does not: systemd finishes by itself.
 * Throws ApplyError, which asks for the worker's journal, and Cancelled.
 */
export async function changeUnit(
  action: 'enable' | 'disable' | 'restart',
  worker: WorkerTarget,
  context: StepContext,
): Promise<Changed> {
  const options = { timeoutMilliseconds, signal: context.abandon }
  try {
    return await context.limits.letFinish(runChange(context, worker.server, 'unit', [action, worker.unit], options))
  } catch (error) {
    if (!(error instanceof ApplyError)) throw error
    const { server, message, remedy, exitCode } = error
    throw new ApplyError(server, message, { remedy, exitCode, journals: [worker], cause: error })
  }
}
