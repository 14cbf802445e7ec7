import { once } from 'node:events'
import { Cancelled } from './apply-error'

/** What `work` comes to. Throws Cancelled if the signal aborts first; the work goes on unheard. */
export async function unlessCancelled<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  // What goes on unheard may fail unheard.
  work.catch(() => {})
  if (signal.aborted) throw new Cancelled()
  const heard = new AbortController()
  const cancelled = once(signal, 'abort', { signal: heard.signal }).then((): never => {
    throw new Cancelled()
  })
  try {
    return await Promise.race([work, cancelled])
  } finally {
    heard.abort()
  }
}
