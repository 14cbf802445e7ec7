import { Cancelled } from './apply-error'
import type { StepContext } from './step-context'

/** The result of one look at something that is waited for. */
interface Seen {
  /** Nothing more to wait for. */
  readonly reached: boolean
  /** Its progress; undefined if there is nothing to report. */
  readonly standing: string | undefined
}

interface Waiting<Look extends Seen> {
  /** By the context's clock. */
  readonly deadline: number
  readonly pauseMilliseconds: (seen: Look) => number
  /** Called with the progress whenever it changes. */
  readonly say: (standing: string | undefined) => void
}

/** Looks repeatedly until what is waited for is reached or the time is up. Answers the last look; throws Cancelled. */
export async function pollUntil<Look extends Seen>(
  look: () => Promise<Look>,
  { deadline, pauseMilliseconds, say }: Waiting<Look>,
  { clock, cancel }: Pick<StepContext, 'clock' | 'cancel'>,
): Promise<Look> {
  let said: string | undefined
  for (;;) {
    const seen = await look()
    if (cancel.aborted) throw new Cancelled()
    if (seen.reached) return seen
    if (seen.standing !== said) say(seen.standing)
    said = seen.standing
    if (clock.now() >= deadline) return seen
    await clock.sleep(pauseMilliseconds(seen), cancel)
    if (cancel.aborted) throw new Cancelled()
  }
}
