import { setMaxListeners } from 'node:events'
import { t } from '@vscode/l10n'
import { RemoteError, type RunOptions } from './connection'

/** Everything that can end work early: the caller, the time limit, the connection. */
export interface WorkLimit {
  /** Its reason is a RemoteError. */
  readonly signal: AbortSignal
  /** The result of `work`, unless it is ended first: then rejects at once with the reason, whatever becomes of `work`. */
  race<Result>(work: Promise<Result>): Promise<Result>
  dispose(): void
}

/**
 * Limits one piece of work on a machine. `lost` aborts with a RemoteError when the connection has ended. There is no time limit unless
 * one is given, in milliseconds.
 */
export function limitWork(
  machine: string,
  what: string,
  lost: AbortSignal,
  { signal, timeoutMilliseconds = Number.POSITIVE_INFINITY }: Pick<RunOptions, 'signal' | 'timeoutMilliseconds'>,
): WorkLimit {
  const limit = new AbortController()
  const end = (why: string) => limit.abort(new RemoteError(machine, 'run', why))
  const onCancel = () => end(t('{0} was cancelled.', what))
  const onLost = () => limit.abort(lost.reason)
  const timer = Number.isFinite(timeoutMilliseconds)
    ? setTimeout(() => end(t('{0} did not end within {1} s.', what, timeoutMilliseconds / 1000)), timeoutMilliseconds)
    : undefined
  const ended = new Promise<never>((_, fail) =>
    limit.signal.addEventListener('abort', () => fail(limit.signal.reason), { once: true }),
  )
  ended.catch(() => {})
  // Any number of tasks may wait for one signal.
  setMaxListeners(0, lost, ...(signal ? [signal] : []))
  if (signal?.aborted) onCancel()
  if (lost.aborted) onLost()
  signal?.addEventListener('abort', onCancel)
  lost.addEventListener('abort', onLost)
  return {
    signal: limit.signal,
    race: work => {
      work.catch(() => {})
      return Promise.race([ended, work])
    },
    dispose() {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onCancel)
      lost.removeEventListener('abort', onLost)
    },
  }
}
