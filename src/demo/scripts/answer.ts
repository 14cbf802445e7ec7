import type { SimulatedServer } from '../simulated-server'

/** What a script says and how it ends. */
export interface ScriptAnswer {
  readonly exitCode: number
  readonly stdout?: string
  readonly stderr?: string
  /** How long it takes, in milliseconds. */
  readonly takes?: number
}

/** How a simulated server answers one of the constant scripts, given its arguments; as src/remote/scripts/README.md says. */
export type AnswerScript = (server: SimulatedServer, args: readonly string[]) => ScriptAnswer

export const done: ScriptAnswer = { exitCode: 0, stdout: 'result=done\n' }
export const lockLost: ScriptAnswer = { exitCode: 75, stderr: "The lock is no longer this run's.\n" }

/** What a simulated server has no part of, such as users: it is as it should be. */
export const nothingToChange: AnswerScript = (server, [, token]) =>
  server.lock.isHeldBy(token) ? { exitCode: 0, stdout: 'result=done\n', takes: 150 } : lockLost
