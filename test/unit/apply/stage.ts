import { cancelLimits } from '../../../src/apply/cancel-limits'
import { Progress } from '../../../src/apply/progress'
import type { StepContext } from '../../../src/apply/step-context'
import type { Fleet } from '../../../src/fleet/fleet'
import type { WorkerHealth } from '../../../src/fleet/observed'
import type { WorkerTarget } from '../../../src/plan/plan'

/** What a worker answers, one after the other; the last goes on for ever. A number is so many calls. */
export type Answers = readonly (number | 'silent' | 'stopped' | WorkerHealth)[]

export interface Stage extends StepContext {
  readonly said: string[]
  /** Milliseconds that have passed. */
  passed(): number
}

export const workerOf = (server: string, id: number): WorkerTarget => ({ server, id, unit: `voxcore@${id}.service` })

/**
 * Stands in for hosts and time: workers answer as they are told, by `server/id`, and time passes only in sleeps.
 * `cancelAt` cancels after so many milliseconds. The fleet has no server if none is given.
 */
export function stage(
  answers: Readonly<Record<string, Answers>>,
  {
    cancelAt = Number.POSITIVE_INFINITY,
    fleet = { servers: [] } as unknown as Fleet,
  }: { readonly cancelAt?: number; readonly fleet?: Fleet } = {},
): Stage {
  let now = 0
  const asked = new Map<string, number>()
  const cancel = new AbortController()
  const said: string[] = []
  const current = ({ server, id }: WorkerTarget) => {
    const list = answers[`${server}/${id}`] ?? ['silent']
    return list[Math.min(asked.get(`${server}/${id}`) ?? 0, list.length - 1)] ?? 'silent'
  }
  return {
    fleet,
    said,
    passed: () => now,
    clock: {
      now: () => now,
      async sleep(milliseconds) {
        now += milliseconds
        if (now >= cancelAt) cancel.abort()
      },
    },
    cancel: cancel.signal,
    abandon: new AbortController().signal,
    limits: cancelLimits(new AbortController().signal, { now: () => now, sleep: async () => {} }),
    progress: new Progress(),
    token: 'token',
    holdsLock: () => true,
    to: () => Promise.reject(new Error('nothing is reached here')),
    voxbridge: () => Promise.reject(new Error('VoxBridge is not asked here')),
    async health(worker) {
      const answer = current(worker)
      const key = `${worker.server}/${worker.id}`
      asked.set(key, (asked.get(key) ?? 0) + 1)
      if (typeof answer === 'object') return answer
      if (typeof answer === 'number') return { kind: 'ok', status: 'ok', calls: answer, max: 5, pid: 100 }
      return { kind: 'no-answer', reason: 'connection refused' }
    },
    activeState: async worker => (current(worker) === 'stopped' ? 'inactive' : 'active'),
    say: (server, line) => said.push(`${server}: ${line}`),
  }
}
