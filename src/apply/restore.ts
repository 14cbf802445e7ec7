import { t } from '@vscode/l10n'
import { messageOf } from '../fleet/message-of'
import { markDown } from '../nginx/mark-down'
import type { WorkerTarget } from '../plan/plan'
import { nameWorkers } from '../plan/worker-names'
import { Cancelled } from './apply-error'
import { hasNoProcess } from './look'
import { drainedBy, type UpstreamProgress } from './progress'
import type { StepContext } from './step-context'
import { whyUnreachable } from './steps/wait-reachable'
import { whyNotReady } from './steps/wait-ready'
import { writeUpstreamFile } from './upstream-file'

/** How long a worker that the run restarted has to answer before it is left out; less after a cancel. */
const graceMilliseconds = 6_000
const answerMilliseconds = 3_000
const pollMilliseconds = 250

/** The result of putting things back. */
export interface Restored {
  /** Every drained worker takes calls again. */
  readonly complete: boolean
  /** The upstream is as it should be; if not, restoring it is left to the guardian on the load balancer. */
  readonly written: boolean
  /** What the operator must know about it, as sentences. */
  readonly said: readonly string[]
}

/**
 * Brings drained workers back: restores the upstream from before the drain, except for workers that cannot answer, which stay
 * `down` so that no call is sent to them. Calls `announce` first, if there is anything to do. Never throws.
 */
export async function restore(context: StepContext, announce: (message: string) => void): Promise<Restored> {
  const { upstream } = context.progress
  if (!upstream || (upstream.draining.length === 0 && !upstream.pending))
    return { complete: true, written: true, said: [] }
  if (upstream.pending) return pendingWrite(upstream)
  if (!context.holdsLock(upstream.server))
    return leftToGuardian(upstream, t('the lock on {0} is lost', upstream.server))
  announce(t('bringing back {0}', nameWorkers(upstream.draining)))
  try {
    const reasons = await whyTheyMustStayOut(upstream, context)
    await bringBack(upstream, reasons, context)
    return broughtBack(upstream, reasons)
  } catch (error) {
    if (error instanceof Cancelled) return leftToGuardian(upstream, t('{0} has not answered', upstream.server))
    return leftToGuardian(upstream, messageOf(error))
  }
}

/** Why each worker that must stay out has to. */
type Reasons = ReadonlyMap<WorkerTarget, string>

async function bringBack(upstream: UpstreamProgress, reasons: Reasons, context: StepContext): Promise<void> {
  const silent = addressesOf([...reasons.keys()], context)
  const text = markDown(upstream.settled, context.fleet.loadBalancer.upstream, silent)
  const write = { ...upstream, text, before: upstream.text, draining: [] }
  await writeUpstreamFile(write, context, context.limits.restore)
}

function broughtBack({ draining }: UpstreamProgress, reasons: Reasons): Restored {
  const back = draining.filter(worker => !reasons.has(worker))
  const left = [...reasons].map(([worker, reason]) =>
    t('{0} was left out of the upstream ({1}): nginx sends it no calls', nameWorkers([worker]), withoutStop(reason)),
  )
  return {
    complete: reasons.size === 0,
    written: true,
    said: [
      ...(back.length > 0
        ? [
            back.length === 1
              ? t('{0} takes calls again', nameWorkers(back))
              : t('{0} take calls again', nameWorkers(back)),
          ]
        : []),
      ...left,
    ],
  }
}

const withoutStop = (sentence: string) => sentence.replace(/\.$/, '')

/** Only the guardian, which waits for the write to end, can tell what the file is by now. */
function pendingWrite(upstream: UpstreamProgress): Restored {
  const { server, file } = upstream
  if (drainedBy(upstream).length > 0)
    return leftToGuardian(upstream, t('{0} has not said whether {1} was written', server, file))
  const said = t('if the write of {1} does not finish, the guardian on {0} undoes it', server, file)
  return { complete: true, written: true, said: [said] }
}

function leftToGuardian(upstream: UpstreamProgress, reason: string): Restored {
  const { server, file } = upstream
  return {
    complete: false,
    written: false,
    said: [
      t(
        '{0} could not be brought back from this machine ({1}); the guardian on {2} restores {3} within 40 s',
        nameWorkers(drainedBy(upstream)),
        withoutStop(reason),
        server,
        file,
      ),
    ],
  }
}

async function whyTheyMustStayOut({ server, draining }: UpstreamProgress, context: StepContext): Promise<Reasons> {
  const deadline = context.clock.now() + graceMilliseconds
  const asked = draining.map(async worker => {
    if (!context.progress.wasRestarted(worker)) return [worker, await whyGone(worker, context)] as const
    const reason = (await whyNotUp(worker, deadline, context)) ?? (await whyNotReached(server, worker, context))
    return [worker, reason] as const
  })
  const answers = await Promise.all(asked)
  return new Map(answers.flatMap(([worker, reason]) => (reason === undefined ? [] : [[worker, reason] as const])))
}

/**
 * A worker that this run has restarted must answer, and as its new process, because the old one is about to end; unless systemd knows
 * of no restart, because the connection broke before it began.
 */
async function whyNotUp(worker: WorkerTarget, deadline: number, context: StepContext): Promise<string | undefined> {
  const { look } = context.limits
  for (;;) {
    const health = await context.health(worker, { timeoutMilliseconds: answerMilliseconds, signal: look })
    const reason = whyNotReady(health, worker, context)
    if (reason === undefined) return undefined
    if (look.aborted) return t('it has not answered yet')
    if (context.clock.now() >= deadline || context.abandon.aborted)
      return health.kind === 'ok' && (await context.activeState(worker, look)) === 'active' ? undefined : reason
    await context.clock.sleep(pollMilliseconds, context.abandon)
  }
}

/** A worker that this run has restarted may now listen elsewhere. If there is no time to ask, it counts as reachable. */
async function whyNotReached(nginx: string, worker: WorkerTarget, context: StepContext): Promise<string | undefined> {
  const { look } = context.limits
  const reason = await whyUnreachable(nginx, worker, context, look)
  return reason === undefined || look.aborted ? undefined : t('{0} does not reach it: {1}', nginx, reason)
}

/** A worker that was only drained was serving before: slow is not down, but one that has died stays out. */
async function whyGone(worker: WorkerTarget, context: StepContext): Promise<string | undefined> {
  const { look } = context.limits
  const health = await context.health(worker, { timeoutMilliseconds: answerMilliseconds, signal: look })
  return health.kind !== 'ok' && hasNoProcess(await context.activeState(worker, look))
    ? t('{0} is not running', worker.unit)
    : undefined
}

function addressesOf(workers: readonly WorkerTarget[], { fleet }: StepContext): ReadonlySet<string> {
  const all = fleet.servers.flatMap(server => server.workers)
  const same = (target: WorkerTarget) => all.find(worker => worker.server === target.server && worker.id === target.id)
  return new Set(workers.flatMap(worker => same(worker)?.upstreamAddress ?? []))
}
