import { t } from '@vscode/l10n'
import { nameWorkers } from '../plan/worker-names'
import { eitherSignal } from './either-signal'
import { lookAtLoadBalancer } from './look'
import { drainedBy, type UpstreamProgress } from './progress'
import type { Restored } from './restore'
import type { StepContext } from './step-context'

/** The guardian allows a client 30 s of silence, and then has to do its work. */
const patienceMilliseconds = 45_000
const pollMilliseconds = 2_000
/** A guardian gives up the lock before it begins to restore: it is done only some time after that. */
const looksUntilDone = 5

/**
 * Checks whether the guardian on the load balancer has restored the upstream, which this run could not: an operator wants to know,
 * not to hope. Answers `restored` unchanged if that is not seen in time, or the operator cancels again. Never throws.
 */
export async function awaitGuardian(restored: Restored, context: StepContext, isCancelled: boolean): Promise<Restored> {
  const { upstream } = context.progress
  // An operator who has cancelled wants to leave, within 10 s in all.
  if (!upstream || isCancelled) return restored
  const end = eitherSignal(context.abandon, context.limits.goodbye)
  try {
    return (await whatItDid(upstream, context, end.signal)) ?? restored
  } finally {
    end.dispose()
  }
}

/** Undefined if that is not seen. */
async function whatItDid(
  upstream: UpstreamProgress,
  context: StepContext,
  end: AbortSignal,
): Promise<Restored | undefined> {
  const deadline = context.clock.now() + patienceMilliseconds
  let idle = 0
  while (context.clock.now() < deadline && !end.aborted) {
    const seen = await look(context, upstream.server, end)
    if (seen === 'not-told') return undefined
    const isBack = seen !== undefined && isSettled(upstream, seen.text)
    if (isBack && !seen.unloaded) return putBack(upstream)
    idle = seen && seen.lock?.token !== context.token ? idle + 1 : 0
    if (idle >= looksUntilDone) return isBack ? notLoaded(upstream) : leftAsItIs(upstream)
    await context.clock.sleep(pollMilliseconds, end)
  }
  return undefined
}

/** As it was before the drain, or as the run's last write has it, which brought every worker back. */
function isSettled({ settled, pending }: UpstreamProgress, text = ''): boolean {
  return text === settled || (pending?.draining.length === 0 && text === pending.text)
}

const putBack = ({ server, file }: UpstreamProgress): Restored => ({
  complete: true,
  written: true,
  said: [t('the guardian on {0} has restored {1} to its state before the drain', server, file)],
})

const notLoaded = (upstream: UpstreamProgress): Restored => ({
  complete: false,
  written: true,
  said: [
    t(
      'the guardian on {0} has restored {1} to its state before the drain, but nginx does not load it: nginx -t there says why. The guardian retries for two hours; until then {2} will get no new calls',
      upstream.server,
      upstream.file,
      nameWorkers(drainedBy(upstream)),
    ),
  ],
})

const leftAsItIs = (upstream: UpstreamProgress): Restored => ({
  complete: false,
  written: true,
  said: [
    t(
      'the guardian on {0} has not restored {1}, most likely because it was changed meanwhile or cannot be written: {2} may still be marked down there, and comes back when this is run again',
      upstream.server,
      upstream.file,
      nameWorkers(drainedBy(upstream)),
    ),
  ],
})

async function look(context: StepContext, machine: string, end: AbortSignal) {
  try {
    // A machine that answers but cannot tell, for lack of root, will not tell a second later either.
    return (await lookAtLoadBalancer(await context.to(machine, end), context.fleet, end)) ?? ('not-told' as const)
  } catch {
    // Not reachable yet: ask again.
    return undefined
  }
}
