import { upstreamText } from './look'
import type { Restored } from './restore'
import type { StepContext } from './step-context'

/** The guardian gives a silent client 30 s, and then has its work to do. */
const patienceMilliseconds = 45_000
const pollMilliseconds = 2_000

/**
 * Looks whether the guardian on the load balancer has put the upstream back, which this run could not: an operator wants to know, and
 * not to be told to hope. Answers `restored` as it was if that cannot be seen in time, or the operator cancels again. Never throws.
 */
export async function awaitGuardian(
  restored: Restored,
  context: StepContext,
  abandon?: AbortSignal,
): Promise<Restored> {
  const { upstream } = context.progress
  if (!upstream) return restored
  const deadline = context.clock.now() + patienceMilliseconds
  while (context.clock.now() < deadline && !abandon?.aborted) {
    const text = await textNow(context, upstream.server)
    if (text === upstream.settled)
      return {
        complete: true,
        written: true,
        said: [`the guardian on ${upstream.server} has put ${upstream.file} back as it was before the drain`],
      }
    await context.clock.sleep(pollMilliseconds, abandon)
  }
  return restored
}

async function textNow(context: StepContext, machine: string): Promise<string | undefined> {
  try {
    return await upstreamText(await context.to(machine), context.fleet)
  } catch {
    // It is not reachable yet: asked again.
    return undefined
  }
}
