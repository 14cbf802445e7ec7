import { ApplyError } from './apply-error'
import type { StepContext } from './step-context'
import { workerName } from './worker-name'

const lines = 20

/** Shows the last journal lines of the workers that an error is about. Never throws: a journal is a help, not a step. */
export async function showJournals(error: unknown, context: StepContext): Promise<void> {
  if (!(error instanceof ApplyError)) return
  for (const worker of error.journals) {
    try {
      const connection = await context.to(worker.server)
      const { stdout } = await connection.run('journal', [worker.unit, String(lines)], {
        privileged: true,
        timeoutMilliseconds: 10_000,
      })
      context.say(worker.server, `the last lines of ${worker.unit}:`)
      for (const line of stdout.trimEnd().split('\n')) context.say(worker.server, line)
    } catch {
      context.say(worker.server, `the journal of ${workerName(worker)} could not be read`)
    }
  }
}
