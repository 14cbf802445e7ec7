import { raceAbort } from '../remote/race-abort'

/** The result of a promise, or undefined as soon as a signal aborts, whatever the promise does then. */
export async function unlessAborted<Result>(
  work: PromiseLike<Result>,
  signal: AbortSignal,
): Promise<Result | undefined> {
  try {
    return await raceAbort(work, signal)
  } catch (error) {
    if (signal.aborted && error === signal.reason) return undefined
    throw error
  }
}
