import type { Step } from '../../plan/plan'

/** So many lines of what a step says are shown while it runs. */
const shown = 2

/** A step that is being carried out, and what the servers have said meanwhile. */
export class RunningStep {
  readonly step: Step
  /** Milliseconds, by the report's clock. */
  readonly since: number
  readonly #said: string[] = []
  /** Where each worker that is waited for stands, by its name. */
  readonly #standing = new Map<string, string>()

  constructor(step: Step, since: number) {
    this.step = step
    this.since = since
  }

  /** Whether a line that a server printed is about this step. Of steps side by side, a worker's name tells. */
  concerns(server: string, line: string): boolean {
    const workers = workersOf(this.step)
    if (workers.length === 0) return this.step.server === server
    return workers.some(
      worker => worker.server === server && (!/\bworker \d/.test(line) || line.includes(`worker ${worker.id}:`)),
    )
  }

  /** Takes what a server printed: where a worker stands replaces where it stood, anything else is added. */
  hear(server: string, line: string): void {
    const [, worker] = /^(.*\bworker \d+): /.exec(line) ?? []
    if (worker !== undefined && waits.has(this.step.kind)) this.#standing.set(worker, line)
    else this.#said.push(line.startsWith(server) ? line : `${server}: ${line}`)
  }

  /** What was said and is not just where a worker stood. */
  get said(): readonly string[] {
    return this.#said
  }

  /** What to show beneath the step while it runs. */
  get lines(): readonly string[] {
    return [...this.#said.slice(-shown), ...(this.#standing.size > 0 ? [[...this.#standing.values()].join(' · ')] : [])]
  }
}

const waits: ReadonlySet<Step['kind']> = new Set(['wait-drained', 'wait-ready', 'wait-calls-below'])

const workersOf = (step: Step) => ('workers' in step ? step.workers : 'worker' in step ? [step.worker] : [])
