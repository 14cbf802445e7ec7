import type { RunEvent } from '../../apply/run-event'
import type { Step } from '../../plan/plan'
import { natureOf } from '../../plan/step-natures'

/** So many lines of what a step says are shown while it runs. */
const shown = 2

/** A line that was said while steps were carried out, and of what. */
export type Said = Omit<Extract<RunEvent, { kind: 'output' }>, 'kind'>

/** A step that is being carried out, and what the servers have said meanwhile. */
export class RunningStep {
  readonly step: Step
  /** Milliseconds, by the report's clock. */
  readonly since: number
  readonly #said: string[] = []
  /** Where each worker that is waited for stands, by its server and number. */
  readonly #standing = new Map<string, string>()

  constructor(step: Step, since: number) {
    this.step = step
    this.since = since
  }

  /** Whether a line is about this step. Of steps side by side, the worker tells. */
  concerns({ server, worker }: Said): boolean {
    const workers = workersOf(this.step)
    if (workers.length === 0) return this.step.server === server
    return workers.some(own => own.server === server && (worker === undefined || own.id === worker))
  }

  /** Takes a line: where a worker stands replaces where it stood, anything else is added. */
  hear({ server, worker, line }: Said): void {
    if (worker !== undefined && natureOf(this.step).waits) this.#standing.set(`${server} ${worker}`, line)
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

const workersOf = (step: Step) => ('workers' in step ? step.workers : 'worker' in step ? [step.worker] : [])
