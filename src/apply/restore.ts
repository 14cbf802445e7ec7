import { markDown } from '../nginx/mark-down'
import type { WorkerTarget } from '../plan/plan'
import { nameWorkers } from '../plan/worker-names'
import { hasNoProcess } from './look'
import type { UpstreamProgress } from './progress'
import type { StepContext } from './step-context'
import { whyNotReady } from './steps/wait-ready'
import { writeUpstreamFile } from './upstream-file'

/** A worker that a run had restarted gets so long to answer before it is left out: cancelling is bounded by 10 s. */
const graceMilliseconds = 6_000
const answerMilliseconds = 3_000
/** An operator who has cancelled waits no longer for a load balancer that does not answer: its guardian does the same. */
const writeMilliseconds = 5_000
const pollMilliseconds = 250

/** What putting things back came to. */
export interface Restored {
  /** Every drained worker takes calls again. */
  readonly complete: boolean
  /** The upstream is as it should be; if not, the guardian on the load balancer has to see to it. */
  readonly written: boolean
  /** What an operator must know of it, as sentences. */
  readonly said: readonly string[]
}

/**
 * Brings drained workers back: the upstream as it was before the drain, but for workers that cannot answer, which stay
 * `down` so that no call is sent to them. `announce` is told before it begins, if there is anything to do. Never throws.
 */
export async function restore(context: StepContext, announce: (message: string) => void): Promise<Restored> {
  const { upstream } = context.progress
  if (!upstream || upstream.draining.length === 0) return { complete: true, written: true, said: [] }
  if (!context.holdsLock(upstream.server)) return leftToGuardian(upstream, `the lock on ${upstream.server} is lost`)
  announce(`bringing back ${nameWorkers(upstream.draining)}`)
  const reasons = await whyTheyMustStayOut(upstream.draining, context)
  const silent = [...reasons.keys()]
  const back = upstream.draining.filter(worker => !reasons.has(worker))
  const left = [...reasons].map(
    ([worker, reason]) =>
      `${nameWorkers([worker])} was left out of the upstream (${withoutStop(reason)}): nginx sends it no call`,
  )
  try {
    const text = markDown(upstream.settled, context.fleet.loadBalancer.upstream, addressesOf(silent, context))
    const limit = context.cancel.aborted ? [writeMilliseconds] : []
    await writeUpstreamFile({ ...upstream, text, before: upstream.text, draining: [] }, context, ...limit)
  } catch (error) {
    return leftToGuardian(upstream, error instanceof Error ? error.message : String(error))
  }
  return {
    complete: silent.length === 0,
    written: true,
    said: [
      ...(back.length > 0 ? [`${nameWorkers(back)} ${back.length === 1 ? 'takes' : 'take'} calls again`] : []),
      ...left,
    ],
  }
}

const withoutStop = (sentence: string) => sentence.replace(/\.$/, '')

function leftToGuardian({ server, file, draining }: UpstreamProgress, reason: string): Restored {
  return {
    complete: false,
    written: false,
    said: [
      `${nameWorkers(draining)} could not be brought back from here (${withoutStop(reason)}): the guardian on ${server} puts ${file} back by itself within 40 s`,
    ],
  }
}

async function whyTheyMustStayOut(
  workers: readonly WorkerTarget[],
  context: StepContext,
): Promise<ReadonlyMap<WorkerTarget, string>> {
  const deadline = context.clock.now() + graceMilliseconds
  const asked = workers.map(async worker => {
    const wait = context.progress.wasRestarted(worker) ? whyNotUp(worker, deadline, context) : whyGone(worker, context)
    return [worker, await wait] as const
  })
  const answers = await Promise.all(asked)
  return new Map(answers.flatMap(([worker, reason]) => (reason === undefined ? [] : [[worker, reason] as const])))
}

/**
 * A worker that this run has restarted must answer, and as its new process: the old one is about to end, unless systemd knows of no
 * restart, since the connection broke before it began.
 */
async function whyNotUp(worker: WorkerTarget, deadline: number, context: StepContext): Promise<string | undefined> {
  for (;;) {
    const health = await context.health(worker, { timeoutMilliseconds: answerMilliseconds })
    const reason = whyNotReady(health, worker, context)
    if (reason === undefined) return undefined
    if (context.clock.now() >= deadline || context.abandon.aborted)
      return health.kind === 'ok' && (await context.activeState(worker)) === 'active' ? undefined : reason
    await context.clock.sleep(pollMilliseconds, context.abandon)
  }
}

/** A worker that was only drained served before: slow is not down, but one that has died stays out. */
async function whyGone(worker: WorkerTarget, context: StepContext): Promise<string | undefined> {
  const health = await context.health(worker, { timeoutMilliseconds: answerMilliseconds })
  return health.kind !== 'ok' && hasNoProcess(await context.activeState(worker))
    ? `${worker.unit} does not run`
    : undefined
}

function addressesOf(workers: readonly WorkerTarget[], { fleet }: StepContext): ReadonlySet<string> {
  const all = fleet.servers.flatMap(server => server.workers)
  const same = (target: WorkerTarget) => all.find(worker => worker.server === target.server && worker.id === target.id)
  return new Set(workers.flatMap(worker => same(worker)?.upstreamAddress ?? []))
}
