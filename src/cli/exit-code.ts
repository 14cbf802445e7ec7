import type { RunOutcome } from '../apply/run-event'

/** The exit codes of the process. Scripts rely on these: they are part of the contract. */
export const exitCode = {
  done: 0,
  /** `validate` and `render`: findings of severity error. `status`: drift. `doctor` and `run`: failed. */
  failed: 1,
  /** Arguments or a file that cannot be used. */
  usage: 2,
  /** `plan` and `run`: refused. `status` and `doctor`: a server or the load balancer cannot be reached. */
  refused: 3,
  /** 128 + SIGINT, as a shell reports it. */
  cancelled: 130,
} as const

export type ExitCode = (typeof exitCode)[keyof typeof exitCode]

/** The exit code of `run`. */
export const exitCodeOf: Readonly<Record<RunOutcome['kind'], ExitCode>> = {
  done: exitCode.done,
  'nothing-to-do': exitCode.done,
  failed: exitCode.failed,
  refused: exitCode.refused,
  cancelled: exitCode.cancelled,
}
