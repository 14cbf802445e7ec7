/** What the operator or the system requests with signals. */
export interface Interruption {
  /** Aborts at the first SIGINT or SIGTERM. */
  readonly cancel: AbortSignal
  /** Aborts at the second. */
  readonly abandon: AbortSignal
  /** Restores Node's default handling, which ends the process. */
  dispose(): void
}

const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Handles SIGINT, SIGTERM and SIGHUP: a cancelled run must bring its drained workers back before the process ends. `onSignal` is told
 * whether it was the first or the second.
 */
export function takeInterruptions(onSignal: (which: 'cancel' | 'abandon') => void): Interruption {
  const cancel = new AbortController()
  const abandon = new AbortController()
  const listener = () => {
    const which = cancel.signal.aborted ? 'abandon' : 'cancel'
    onSignal(which)
    ;(which === 'cancel' ? cancel : abandon).abort()
  }
  for (const name of names) process.on(name, listener)
  return {
    cancel: cancel.signal,
    abandon: abandon.signal,
    dispose: () => {
      for (const name of names) process.off(name, listener)
    },
  }
}
