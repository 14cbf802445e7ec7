import type { Plan, Step } from '../plan/plan'

/** How a run ended. The CLI's exit codes and the terminal's last line are both made of it. */
export type RunOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'nothing-to-do' }
  /** A step failed, and what was begun was undone or finished. */
  | { readonly kind: 'failed'; readonly message: string; readonly remedy?: string; readonly restored: boolean }
  /** Nothing was touched: somebody else holds the lock, or a precondition does not hold. */
  | {
      readonly kind: 'refused'
      readonly message: string
      readonly remedy?: string
      /** What would have to be done now, where that is something else than was confirmed. */
      readonly plan?: Plan
    }
  | { readonly kind: 'cancelled'; readonly message: string; readonly restored: boolean }

/** What a run says while it goes on, in order. Times are in milliseconds of the run's own clock. */
export type RunEvent =
  /** `plan` is what was confirmed, with the waits that are needed by now: the indices of steps are its. */
  | { readonly kind: 'run-started'; readonly plan: Plan }
  | { readonly kind: 'step-started'; readonly index: number; readonly step: Step }
  /** A line that a server printed, or where a worker of it stands, such as `core-1 worker 3: 2 calls left`. */
  | { readonly kind: 'output'; readonly server: string; readonly worker?: number; readonly line: string }
  | {
      readonly kind: 'step-finished'
      readonly index: number
      readonly step: Step
      readonly result: 'done' | 'already' | 'failed' | 'cancelled'
      readonly milliseconds: number
    }
  /** Putting things back after a failure or a cancel. */
  | { readonly kind: 'restoring'; readonly message: string }
  | { readonly kind: 'run-finished'; readonly outcome: RunOutcome; readonly milliseconds: number }
