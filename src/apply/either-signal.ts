/** A signal that aborts when any of several does, with its reason. */
export interface EitherSignal {
  readonly signal: AbortSignal
  /** Call it when the signal is no longer needed: until then each source holds a reference to it. */
  dispose(): void
}

/** Like AbortSignal.any, whose signals live as long as the longest-lived of their sources. */
export function eitherSignal(...sources: readonly AbortSignal[]): EitherSignal {
  const either = new AbortController()
  const listeners = sources.map(source => ({ source, listener: () => either.abort(source.reason) }))
  for (const { source, listener } of listeners) {
    if (source.aborted) listener()
    source.addEventListener('abort', listener)
  }
  return {
    signal: either.signal,
    dispose() {
      for (const { source, listener } of listeners) source.removeEventListener('abort', listener)
    },
  }
}
