import { t } from '@vscode/l10n'
import { isBehindNetwork } from '../../fleet/across-network'
import { messageOf } from '../../fleet/message-of'
import { counted } from '../../fleet/words'
import { askAsNginx, whereToLook } from '../../observe/ask-as-nginx'
import type { WaitReachableStep, WorkerTarget } from '../../plan/plan'
import { nameWorkers } from '../../plan/worker-names'
import { ApplyError } from '../apply-error'
import { pollUntil } from '../poll-until'
import type { Carry, StepContext } from '../step-context'
import { workerName } from '../worker-name'

const pollMilliseconds = 500
const answerMilliseconds = 10_000

/**
 * Waits until workers answer at the addresses that nginx will use, asked from nginx's machine: a worker that listens only on
 * loopback, or a firewall in between, is found before any call is sent there.
 */
export const waitReachable: Carry<WaitReachableStep> = async (step, context) => {
  const deadline = context.clock.now() + step.timeoutSeconds * 1000
  const asked = step.workers.map(async target => ({
    target,
    reason: await untilReachable(step, target, deadline, context),
  }))
  const silent = (await Promise.all(asked)).filter(({ reason }) => reason !== undefined)
  if (silent.length === 0) return 'done'
  const said = silent.map(({ target, reason }) => `${workerName(target)}: ${reason}`).join('; ')
  const servers = [...new Set(silent.map(({ target }) => target.server))]
  throw new ApplyError(
    step.server,
    t(
      '{0} could not reach these workers within {1}: {2}. nginx was not changed',
      step.server,
      counted(step.timeoutSeconds, 'second'),
      said,
    ),
    {
      remedy: t(
        '{0}. A worker reads the address to listen on when it starts: after changing it, restart {1}',
        whereToLook(context.fleet, servers),
        nameWorkers(silent.map(({ target }) => target)),
      ),
    },
  )
}

async function untilReachable(
  { server }: WaitReachableStep,
  target: WorkerTarget,
  deadline: number,
  context: StepContext,
): Promise<string | undefined> {
  const look = async () => {
    const reason = await whyUnreachable(server, target, context, context.cancel)
    return { reached: reason === undefined, standing: reason }
  }
  const { standing } = await pollUntil(
    look,
    {
      deadline,
      pauseMilliseconds: () => pollMilliseconds,
      say: reason => context.say(target.server, `${workerName(target)}: ${reason}`, target.id),
    },
    context,
  )
  return standing
}

/**
 * Why `machine`, nginx's own, gets no answer from a worker at the address that nginx uses; undefined if it gets one, and for what is
 * not reached over the network. Never throws.
 */
export async function whyUnreachable(
  machine: string,
  target: WorkerTarget,
  { to, fleet }: StepContext,
  signal: AbortSignal,
): Promise<string | undefined> {
  const worker = fleet.servers
    .flatMap(({ workers }) => workers)
    .find(one => one.server === target.server && one.id === target.id)
  if (!worker) return t('the fleet {0} has no such worker', fleet.name)
  if (!isBehindNetwork(fleet, worker)) return undefined
  try {
    const options = { path: fleet.service.health, timeoutMilliseconds: answerMilliseconds, signal }
    const health = await askAsNginx(await to(machine, signal), fleet, worker, options)
    if (health.kind === 'ok') return undefined
    return health.kind === 'not-asked' ? t('it was not asked') : health.reason
  } catch (error) {
    return messageOf(error)
  }
}
