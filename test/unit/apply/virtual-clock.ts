import type { Clock } from '../../../src/apply/clock'

interface Sleeper {
  readonly until: number
  readonly wake: () => void
}

/** Time that takes none: as soon as nothing happens any more, it is the time at which the next sleeper wakes up. */
export function virtualClock(): Clock {
  const sleepers = new Set<Sleeper>()
  let now = 0
  let moves = false
  function move() {
    if (moves) return
    moves = true
    setImmediate(() => {
      moves = false
      const [next] = [...sleepers].sort((a, b) => a.until - b.until)
      if (!next) return
      now = next.until
      sleepers.delete(next)
      next.wake()
      move()
    })
  }
  return {
    now: () => now,
    sleep: (milliseconds, signal) =>
      new Promise(wake => {
        const sleeper = { until: now + milliseconds, wake }
        const end = () => {
          sleepers.delete(sleeper)
          wake()
        }
        if (signal?.aborted) return wake()
        signal?.addEventListener('abort', end, { once: true })
        sleepers.add(sleeper)
        move()
      }),
  }
}
