import { t } from '@vscode/l10n'
import type { WorkerHealth } from '../../fleet/observed'
import { counted } from '../../fleet/words'
import type { WaitReadyStep, WorkerTarget } from '../../plan/plan'
import { ApplyError } from '../apply-error'
import { pollUntil } from '../poll-until'
import type { Carry, StepContext } from '../step-context'
import { workerName } from '../worker-name'

const pollMilliseconds = 250
const answerMilliseconds = 5_000

/** Waits until each worker is healthy `checks` times in a row, and is the new process where it was restarted. */
export const waitReady: Carry<WaitReadyStep> = async (step, context) => {
  const deadline = context.clock.now() + step.timeoutSeconds * 1000
  const late = (
    await Promise.all(
      step.workers.map(async worker => ({ worker, reason: await untilReady(worker, step.checks, deadline, context) })),
    )
  ).filter(({ reason }) => reason !== undefined)
  if (late.length === 0) return 'done'
  const said = late.map(({ worker, reason }) => `${workerName(worker)}: ${reason}`).join('; ')
  throw new ApplyError(
    step.server,
    t('not healthy within {0} of starting: {1}', counted(step.timeoutSeconds, 'second'), said),
    {
      remedy: t('the last journal lines above say why'),
      journals: late.map(({ worker }) => worker),
    },
  )
}

/** Undefined once the worker is ready; why it is not, if the time is up first. */
async function untilReady(
  worker: WorkerTarget,
  checks: number,
  deadline: number,
  context: StepContext,
): Promise<string | undefined> {
  let healthy = 0
  const look = async () => {
    const health = await context.health(worker, { timeoutMilliseconds: answerMilliseconds, signal: context.cancel })
    const reason = whyNotReady(health, worker, context)
    healthy = reason === undefined ? healthy + 1 : 0
    return { reached: healthy >= checks, standing: reason }
  }
  const { reached, standing } = await pollUntil(
    look,
    {
      deadline,
      pauseMilliseconds: () => pollMilliseconds,
      say: reason => context.say(worker.server, `${workerName(worker)}: ${reason ?? t('healthy')}`, worker.id),
    },
    context,
  )
  return reached ? undefined : (standing ?? t('healthy, but not for long enough yet'))
}

/** Why a worker cannot take calls yet; undefined if it can. */
export function whyNotReady(
  health: WorkerHealth,
  worker: WorkerTarget,
  { progress }: Pick<StepContext, 'progress'>,
): string | undefined {
  if (health.kind === 'not-asked') return t('not running')
  if (health.kind !== 'ok') return health.reason
  if (health.status !== 'ok') return t('its status is "{0}"', String(health.status))
  return progress.isOldProcess(worker, health.pid)
    ? t('the process from before its restart (pid {0}) still answers', String(health.pid))
    : undefined
}
