import type { RunEvent } from '../../apply/run-event'
import type { Step } from '../../plan/plan'
import { natureOf } from '../../plan/step-natures'

/** How many lines of a step's output are shown while it runs. */
const shown = 2

/** A line that was printed while steps were carried out, and its source. */
export type Said = Omit<Extract<RunEvent, { kind: 'output' }>, 'kind'>

/** A step that is being carried out, and what the servers have said meanwhile. */
export class RunningStep {
  readonly step: Step
  /** Milliseconds, by the report's clock. */
  readonly since: number
  readonly #said: string[] = []
  /** The progress of each worker that is waited for, by its server and number. */
  readonly #standing = new Map<string, string>()

  constructor(step: Step, since: number) {
    this.step = step
    this.since = since
  }

  /** Whether a line is about this step. With parallel steps, the worker decides. */
  concerns({ server, worker }: Said): boolean {
    const workers = workersOf(this.step)
    if (workers.length === 0) return this.step.server === server
    return workers.some(own => own.server === server && (worker === undefined || own.id === worker))
  }

  /** Adds a line: a worker's progress replaces its previous progress, anything else is appended. */
  hear({ server, worker, line }: Said): void {
    if (worker !== undefined && natureOf(this.step).waits) this.#standing.set(`${server} ${worker}`, line)
    else this.#said.push(line.startsWith(server) ? line : `${server}: ${line}`)
  }

  /** What was said, except for workers' progress. */
  get said(): readonly string[] {
    return this.#said
  }

  /** What to show under the step while it runs. */
  get lines(): readonly string[] {
    return [...this.#said.slice(-shown), ...(this.#standing.size > 0 ? [[...this.#standing.values()].join(' · ')] : [])]
  }
}

const workersOf = (step: Step) => ('workers' in step ? step.workers : 'worker' in step ? [step.worker] : [])
