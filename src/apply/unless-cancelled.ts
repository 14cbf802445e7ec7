import { raceAbort } from '../remote/race-abort'
import { Cancelled } from './apply-error'

/** The result of `work`. Throws Cancelled if the signal aborts first; the work continues, and its result is ignored. */
export async function unlessCancelled<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  try {
    return await raceAbort(work, signal)
  } catch (error) {
    throw signal.aborted && error === signal.reason ? new Cancelled() : error
  }
}
