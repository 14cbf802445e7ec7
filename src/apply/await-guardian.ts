import { nameWorkers } from '../plan/worker-names'
import { lookAtLoadBalancer } from './look'
import type { UpstreamProgress } from './progress'
import type { Restored } from './restore'
import type { StepContext } from './step-context'

/** The guardian gives a silent client 30 s, and then has its work to do. */
const patienceMilliseconds = 45_000
const pollMilliseconds = 2_000
/** A guardian gives the lock up before it begins to restore: only some time after that it is done. */
const looksUntilDone = 5

/**
 * Looks whether the guardian on the load balancer has put the upstream back, which this run could not: an operator wants to know, and
 * not to be told to hope. Answers `restored` as it was if that cannot be seen in time, or the operator cancels again. Never throws.
 */
export async function awaitGuardian(
  restored: Restored,
  context: StepContext,
  { abandon, isCancelled }: { readonly abandon: AbortSignal | undefined; readonly isCancelled: boolean },
): Promise<Restored> {
  const { upstream } = context.progress
  // Whoever has cancelled wants to go, within 10 s in all.
  if (!upstream || isCancelled) return restored
  const deadline = context.clock.now() + patienceMilliseconds
  let idle = 0
  while (context.clock.now() < deadline && !abandon?.aborted) {
    const seen = await look(context, upstream.server)
    if (seen === 'not-told') return restored
    if (seen?.text === upstream.settled) return putBack(upstream)
    idle = seen && seen.lock?.token !== context.token ? idle + 1 : 0
    if (idle >= looksUntilDone) return leftAsItIs(upstream)
    await context.clock.sleep(pollMilliseconds, abandon)
  }
  return restored
}

const putBack = ({ server, file }: UpstreamProgress): Restored => ({
  complete: true,
  written: true,
  said: [`the guardian on ${server} has put ${file} back as it was before the drain`],
})

const leftAsItIs = ({ server, file, draining }: UpstreamProgress): Restored => ({
  complete: false,
  written: true,
  said: [
    `the guardian on ${server} has not put ${file} back, most likely since somebody else has changed it: ${nameWorkers(draining)} may still be marked down there, and comes back when this is run again`,
  ],
})

async function look(context: StepContext, machine: string) {
  try {
    // A machine that answers and does not tell, for want of root, will not tell a second later either.
    return (await lookAtLoadBalancer(await context.to(machine), context.fleet)) ?? ('not-told' as const)
  } catch {
    // It is not reachable yet: asked again.
    return undefined
  }
}
