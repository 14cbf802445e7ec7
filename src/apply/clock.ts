import { setTimeout as wait } from 'node:timers/promises'

/** Time as a run sees it, so that tests need not wait. */
export interface Clock {
  /** Milliseconds from an arbitrary origin; they never go backwards. */
  now(): number
  /** Resolves after this many milliseconds, or at once when `signal` aborts: the caller checks the signal afterwards. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
}

/** This machine's monotonic clock: setting the time of day does not shorten a drain. */
export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (milliseconds, signal) => wait(milliseconds, undefined, { signal }).catch(() => {}),
}
