import { setImmediate } from 'node:timers/promises'
import type { Worker } from '../fleet/fleet'
import type { ObservedWorker, WorkerHealth } from '../fleet/observed'
import type { Connection } from '../remote/connection'
import { type AskHealthOptions, askHealth } from './ask-health'
import type { Probe } from './probe'

/** The workers of one server, asked for their health while its probe is still running. */
export interface AskedWorkers {
  /** Every unit that the probe saw, with its worker's health; workers without a process are not waited for. */
  of(units: Probe['units']): Promise<Record<number, ObservedWorker>>
  /** Abandons the requests still under way. */
  dispose(): void
}

/** An answer older than this, in milliseconds, when the probe ends is requested again: a password prompt may have delayed the probe. */
const stillFresh = 5_000

/**
 * Asks the workers that fleet.yaml names at once, before it is known which of them run: waiting for the probe first would cost two
 * more round trips. `unnamed` says where a running worker not named there listens; it is asked once the probe has reported it.
 */
export function askWorkers(
  connection: Connection,
  workers: readonly Worker[],
  { signal, ...options }: AskHealthOptions,
  unnamed: (id: number) => Worker | undefined = () => undefined,
): AskedWorkers {
  const enough = new AbortController()
  const stop = () => enough.abort()
  // Not AbortSignal.any, whose signals live as long as `signal`, which is the session's.
  signal?.addEventListener('abort', stop)
  if (signal?.aborted) stop()
  const ask = (worker: Worker) => askHealth(connection, worker, { ...options, signal: enough.signal })
  const began = performance.now()
  const asked = new Map<number, Promise<WorkerHealth>>()
  for (const worker of workers) {
    // The probe takes longest, so give it its channel first: channels are few.
    const asking = setImmediate().then(() => ask(worker))
    asking.catch(() => {})
    asked.set(worker.id, asking)
  }

  async function healthOf(id: number): Promise<WorkerHealth> {
    const worker = workers.find(candidate => candidate.id === id) ?? unnamed(id)
    if (!worker) return { kind: 'not-asked' }
    return performance.now() - began > stillFresh ? ask(worker) : (asked.get(id) ?? ask(worker))
  }

  return {
    async of(units) {
      const all = [...units].map(
        async ([id, unit]): Promise<[number, ObservedWorker]> => [
          id,
          { ...unit, health: unit.pid === undefined ? { kind: 'not-asked' } : await healthOf(id) },
        ],
      )
      return Object.fromEntries(await Promise.all(all))
    },
    dispose() {
      signal?.removeEventListener('abort', stop)
      stop()
    },
  }
}
