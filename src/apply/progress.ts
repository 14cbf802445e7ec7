import type { WorkerTarget } from '../plan/plan'

/** The upstream's file as a run has left it, and as it would be without drains. */
export interface UpstreamProgress {
  /** The machine whose nginx it is. */
  readonly server: string
  readonly file: string
  /** As it is now. */
  readonly text: string
  /** As it is to be when nothing drains: the last file that this run wrote without a drain, else the one that it found. */
  readonly settled: string
  readonly draining: readonly WorkerTarget[]
}

/** What a run has changed so far: what putting things back starts from. */
export class Progress {
  upstream: UpstreamProgress | undefined
  readonly #before = new Map<string, number | undefined>()

  /** Notes that a worker is being restarted, and the process that served until then. */
  restarting(worker: WorkerTarget, pid: number | undefined): void {
    this.#before.set(keyOf(worker), pid)
  }

  wasRestarted(worker: WorkerTarget): boolean {
    return this.#before.has(keyOf(worker))
  }

  /** Whether this process is the one that was to be replaced, and still answers. */
  isOldProcess(worker: WorkerTarget, pid: number | undefined): boolean {
    return pid !== undefined && this.#before.get(keyOf(worker)) === pid
  }
}

const keyOf = ({ server, id }: WorkerTarget) => `${server}/${id}`
