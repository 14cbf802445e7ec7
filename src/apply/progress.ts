import type { WorkerTarget } from '../plan/plan'
import type { UpstreamWrite } from './upstream-file'

/** The upstream's file as the run left it, and as it would be without drains. */
export interface UpstreamProgress {
  /** The machine whose nginx it is. */
  readonly server: string
  readonly file: string
  /** The current file. */
  readonly text: string
  /** The file once nothing drains: the last one that this run wrote without a drain, else the one that it found. */
  readonly settled: string
  readonly draining: readonly WorkerTarget[]
  /** A write that is under way, or whose end was not seen: the file may be this one or the previous one. */
  readonly pending?: UpstreamWrite
}

/** Every worker that may be marked `down` there for this run. */
export function drainedBy({ draining, pending }: UpstreamProgress): readonly WorkerTarget[] {
  const isNew = (worker: WorkerTarget) => !draining.some(one => keyOf(one) === keyOf(worker))
  return [...draining, ...(pending?.draining ?? []).filter(isNew)]
}

/** What a run has changed so far: the starting point for putting things back. */
export class Progress {
  upstream: UpstreamProgress | undefined
  readonly #seen = new Map<string, number>()
  readonly #old = new Map<string, ReadonlySet<number>>()

  /** Records the process that answered for a worker. */
  seen(worker: WorkerTarget, pid: number): void {
    this.#seen.set(keyOf(worker), pid)
  }

  /** Records that a worker is being restarted, so that the process which answered until now no longer counts. */
  restarting(worker: WorkerTarget, mainPid?: number): void {
    const old = this.#old.get(keyOf(worker)) ?? new Set()
    const seen = this.#seen.get(keyOf(worker))
    this.#old.set(keyOf(worker), new Set([...old, ...(seen ? [seen] : []), ...(mainPid ? [mainPid] : [])]))
  }

  /** Records that a restart had no effect: if the previous process still answers, it is as good as before. */
  restartFailed(worker: WorkerTarget): void {
    this.#old.set(keyOf(worker), new Set())
  }

  /** Whether this run has restarted it, or tried to: then it has to prove that it can take calls. */
  wasRestarted(worker: WorkerTarget): boolean {
    return this.#old.has(keyOf(worker))
  }

  /** Whether this process is the one that was to be replaced, and still answers. */
  isOldProcess(worker: WorkerTarget, pid: number | undefined): boolean {
    return pid !== undefined && this.#old.get(keyOf(worker))?.has(pid) === true
  }
}

const keyOf = ({ server, id }: WorkerTarget) => `${server}/${id}`
