/** What `work` comes to. Throws the signal's reason as soon as it aborts; the work goes on unheard. */
export async function raceAbort<Result>(work: PromiseLike<Result>, signal: AbortSignal): Promise<Result> {
  // What goes on unheard may fail unheard.
  work.then(undefined, () => {})
  signal.throwIfAborted()
  let stop = () => {}
  const aborted = new Promise<never>((_, fail) => {
    stop = () => fail(signal.reason)
  })
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
