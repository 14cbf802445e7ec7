import { setMaxListeners } from 'node:events'
import type { Clock } from './clock'

/**
 * How many milliseconds after a cancel each of these is waited for: in all, a cancelled run ends within 10 s, with its connections
 * closed (DESIGN §5).
 */
const waitedFor = { change: 3_500, look: 5_500, restore: 7_500, goodbye: 8_300 } as const

/** What ends the waits of a cancelled run, one after another. None of them aborts in a run that was not cancelled. */
export interface CancelLimits {
  /** For changes that were under way: it is then unknown whether they were made. */
  readonly change: AbortSignal
  /** For finding out which drained workers can take calls again. */
  readonly look: AbortSignal
  /** For bringing them back. */
  readonly restore: AbortSignal
  /** For releasing the lock. */
  readonly goodbye: AbortSignal
  /** Waits for work that a cancel lets finish, however long that takes: the limits count from its end. */
  letFinish<Result>(work: Promise<Result>): Promise<Result>
  dispose(): void
}

/** The limits of one run. They start to count when `cancelled` aborts and no work that a cancel lets finish is under way. */
export function cancelLimits(cancelled: AbortSignal, clock: Clock): CancelLimits {
  const over = new AbortController()
  const ends = {
    change: new AbortController(),
    look: new AbortController(),
    restore: new AbortController(),
    goodbye: new AbortController(),
  }
  // Any number of waits may end with one of them.
  setMaxListeners(0, ...Object.values(ends).map(({ signal }) => signal))
  let finishing = 0
  let counts = false
  function count() {
    if (counts || finishing > 0 || !cancelled.aborted) return
    counts = true
    for (const [what, milliseconds] of Object.entries(waitedFor)) {
      const end = ends[what as keyof typeof waitedFor]
      void clock.sleep(milliseconds, over.signal).then(() => over.signal.aborted || end.abort())
    }
  }
  cancelled.addEventListener('abort', count)
  count()
  return {
    change: ends.change.signal,
    look: ends.look.signal,
    restore: ends.restore.signal,
    goodbye: ends.goodbye.signal,
    async letFinish(work) {
      finishing++
      try {
        return await work
      } finally {
        finishing--
        count()
      }
    },
    dispose() {
      cancelled.removeEventListener('abort', count)
      over.abort()
    },
  }
}
