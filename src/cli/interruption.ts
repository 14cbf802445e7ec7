/** What the operator or the system asks for by signals. */
export interface Interruption {
  /** Aborts at the first SIGINT or SIGTERM. */
  readonly cancel: AbortSignal
  /** Aborts at the second. */
  readonly abandon: AbortSignal
  /** Gives the signals back to Node, whose own way is to end the process. */
  dispose(): void
}

const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Takes SIGINT, SIGTERM and SIGHUP over: a run that is cancelled must bring its drained workers back before the process ends.
 * `onSignal` is told which of the two it was.
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
