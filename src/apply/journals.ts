import { t } from '@vscode/l10n'
import type { WorkerTarget } from '../plan/plan'
import { ApplyError } from './apply-error'
import type { StepContext } from './step-context'
import { workerName } from './worker-name'

const lines = 20

/** Shows the last journal lines of the workers that an error concerns. Never throws: a journal is an aid, not a step. */
export async function showJournals(error: unknown, context: StepContext): Promise<void> {
  if (!(error instanceof ApplyError)) return
  // All at once: drained workers are brought back only afterwards.
  const journals = await Promise.all(
    error.journals.map(async worker => ({ worker, said: await read(worker, context) })),
  )
  for (const { worker, said } of journals) for (const line of said) context.say(worker.server, line)
}

async function read(worker: WorkerTarget, context: StepContext): Promise<readonly string[]> {
  try {
    const connection = await context.to(worker.server, context.limits.look)
    const { stdout } = await connection.run('journal', [worker.unit, String(lines)], {
      privileged: true,
      timeoutMilliseconds: 10_000,
      signal: context.limits.look,
    })
    return [t('the last lines of {0}:', worker.unit), ...stdout.trimEnd().split('\n')]
  } catch {
    return [t('the journal of {0} could not be read', workerName(worker))]
  }
}
