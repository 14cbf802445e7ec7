import { setTimeout as wait } from 'node:timers/promises'

/** Time as a run sees it, so that tests need not wait for it. */
export interface Clock {
  /** Milliseconds, from any beginning, that never go backwards. */
  now(): number
  /** Resolves after so many milliseconds, or at once when `signal` aborts: who sleeps looks at the signal afterwards. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
}

/** This machine's monotonic clock: an operator who sets the time of day does not shorten a drain. */
export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (milliseconds, signal) => wait(milliseconds, undefined, { signal }).catch(() => {}),
}
