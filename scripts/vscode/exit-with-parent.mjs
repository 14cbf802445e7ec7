/**
 * Exits when the process that started this one is gone, killed perhaps, and when a signal asks. What is to be done at the end
 * hangs on the event "exit", which a signal alone would not give.
 */
export function exitWithParent() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130))
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) process.exit(130)
  }, 1_000).unref()
}
