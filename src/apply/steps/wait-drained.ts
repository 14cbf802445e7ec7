import { t } from '@vscode/l10n'
import { counted } from '../../fleet/words'
import type { WaitDrainedStep, WorkerTarget } from '../../plan/plan'
import { ApplyError } from '../apply-error'
import { callsOf } from '../calls-of'
import { pollUntil } from '../poll-until'
import type { Carry, StepContext } from '../step-context'
import { workerName } from '../worker-name'

const pollMilliseconds = 500
/** A call that nginx passed on just before its reload may begin just after it: no calls must be seen twice, this far apart. */
const settleMilliseconds = 250

/**
 * Waits until each worker's own health says that it has no calls. Connections are no measure: some calls begin with a short
 * HTTP request and are invisible to nginx (DESIGN §5).
 */
export const waitDrained: Carry<WaitDrainedStep> = async (step, context) => {
  const deadline = context.clock.now() + step.timeoutSeconds * 1000
  const left = await Promise.all(
    step.workers.map(async worker => ({ worker, calls: await callsLeft(worker, deadline, context) })),
  )
  const busy = left.filter(({ calls }) => calls !== 0)
  if (busy.length === 0) return 'done'
  const said = busy.map(({ worker, calls }) => describe(workerName(worker), calls)).join(', ')
  const waited = counted(step.timeoutSeconds, 'second')
  if (step.onTimeout !== 'restart')
    throw new ApplyError(step.server, t('{0} after draining for {1}; it was not restarted', said, waited), {
      remedy: remedies[step.onTimeout](),
    })
  for (const { worker, calls } of busy)
    context.say(
      worker.server,
      t(
        '{0} after {1}; on_timeout is restart, so they are dropped now',
        describe(`${workerName(worker)}:`, calls),
        waited,
      ),
    )
  return 'done'
}

const remedies = {
  stop: () =>
    t(
      'wait until calls are shorter, raise rollout.drain.timeout, or set rollout.drain.on_timeout: restart, which drops the remaining calls',
    ),
  stay: () => t('nginx sends it no new calls: run drain again to keep waiting, or undrain to put it back into service'),
} as const

const describe = (who: string, calls: number | undefined) =>
  calls === undefined
    ? t('{0} does not report how many calls it has', who)
    : t('{0} still has {1}', who, counted(calls, 'call'))

/** How many calls a worker has when it is drained or the time is up; undefined if it does not say. */
async function callsLeft(worker: WorkerTarget, deadline: number, context: StepContext): Promise<number | undefined> {
  let quiet = 0
  const look = async () => {
    const calls = await callsOf(worker, context)
    quiet = calls === 0 ? quiet + 1 : 0
    return { reached: quiet === 2, standing: standingOf(worker, calls), calls }
  }
  const { calls } = await pollUntil(
    look,
    {
      deadline,
      pauseMilliseconds: ({ calls }) => (calls === 0 ? settleMilliseconds : pollMilliseconds),
      say: (line = '') => context.say(worker.server, line, worker.id),
    },
    context,
  )
  return calls
}

const standingOf = (worker: WorkerTarget, calls: number | undefined): string =>
  calls === undefined
    ? t('{0}: health does not answer', workerName(worker))
    : t('{0}: {1} left', workerName(worker), counted(calls, 'call'))
