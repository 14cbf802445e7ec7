import type { Plan, Step } from '../plan/plan'

/** How a run ended. Both the CLI's exit codes and the terminal's last line are derived from it. */
export type RunOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'nothing-to-do' }
  /** A step failed, and what had been begun was undone or finished. */
  | { readonly kind: 'failed'; readonly message: string; readonly remedy?: string; readonly restored: boolean }
  /** Nothing was touched: somebody else holds the lock, or a precondition is not met. */
  | {
      readonly kind: 'refused'
      readonly message: string
      readonly remedy?: string
      /** What would have to be done now, if that differs from what was confirmed. */
      readonly plan?: Plan
    }
  | { readonly kind: 'cancelled'; readonly message: string; readonly restored: boolean }

/** What a run reports as it proceeds, in order. Times are in milliseconds of the run's own clock. */
export type RunEvent =
  /** `plan` is what was confirmed, with the waits needed by now; step indices refer to it. */
  | { readonly kind: 'run-started'; readonly plan: Plan }
  | { readonly kind: 'step-started'; readonly index: number; readonly step: Step }
  /** A line that a server printed, or a worker's progress, such as `core-1 worker 3: 2 calls left`. */
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
