import type { WorkerTarget } from '../plan/plan'
import { hasNoProcess } from './look'
import type { StepContext } from './step-context'

/** With workers in calls, health may take 3 to 6 s. */
const answerMilliseconds = 20_000

/** How many calls a worker has, 0 if it does not run; undefined if it runs, or may run, and does not say. Never throws. */
export async function callsOf(worker: WorkerTarget, context: StepContext): Promise<number | undefined> {
  const health = await context.health(worker, { timeoutMilliseconds: answerMilliseconds, signal: context.cancel })
  if (health.kind === 'ok') return health.calls
  return hasNoProcess(await context.activeState(worker, context.cancel)) ? 0 : undefined
}
