import type { RestartWorkerStep } from '../../plan/plan'
import { ApplyError } from '../apply-error'
import { changeUnit } from '../change-unit'
import type { Carry } from '../step-context'

/** `systemctl restart`, which starts a worker that does not run. */
export const restartWorker: Carry<RestartWorkerStep> = async ({ worker }, context) => {
  // Note it before, so that a run which ends midway knows that the worker may be down.
  context.progress.restarting(worker)
  const { result, values } = await changeUnit('restart', worker, context).catch((error: unknown) => {
    // The script has ended and says so. If the connection broke or nobody waits, the restart may still be under way.
    if (error instanceof ApplyError) context.progress.restartFailed(worker)
    throw error
  })
  context.progress.restarting(worker, Number(values.get('before_pid')))
  return result
}
