import { t } from '@vscode/l10n'
import type { Worker } from '../../fleet/fleet'
import { counted } from '../../fleet/words'
import type { WaitCallsBelowStep } from '../../plan/plan'
import { nameWorkers } from '../../plan/worker-names'
import { ApplyError } from '../apply-error'
import { callsOf } from '../calls-of'
import { pollUntil } from '../poll-until'
import type { Carry, StepContext } from '../step-context'

const pollMilliseconds = 2_000

/**
 * Waits for quieter traffic: until at most so many calls are open in the whole fleet. A worker that runs and does not report its
 * calls may be full, and counts as full.
 */
export const waitCallsBelow: Carry<WaitCallsBelowStep> = async (step, context) => {
  const look = async () => {
    const open = await whatIsOpen(context)
    return { ...open, reached: open.calls <= step.calls, standing: open.text }
  }
  const open = await pollUntil(
    look,
    {
      deadline: context.clock.now() + step.timeoutSeconds * 1000,
      pauseMilliseconds: () => pollMilliseconds,
      say: (text = '') => context.say(step.server, t('{0}; waiting for {1}', text, step.calls)),
    },
    context,
  )
  if (open.reached) return 'done'
  throw new ApplyError(
    step.server,
    t(
      '{0} after waiting {1} for {2}; the next batch was not started',
      open.text,
      counted(step.timeoutSeconds, 'second'),
      step.calls,
    ),
    { remedy: remedyFor(open) },
  )
}

interface Open {
  readonly calls: number
  readonly text: string
  /** Those that run, or may run, and did not report. */
  readonly silent: readonly Worker[]
}

async function whatIsOpen(context: StepContext): Promise<Open> {
  const workers = context.fleet.servers.flatMap(server => server.workers)
  const answers = await Promise.all(workers.map(async worker => ({ worker, calls: await callsOf(worker, context) })))
  const silent = answers.flatMap(({ worker, calls }) => (calls === undefined ? [worker] : []))
  const calls = answers.reduce((sum, { worker, calls = worker.maxConcurrentCalls }) => sum + calls, 0)
  return { calls, text: sayOpen(counted(calls, 'call'), silent), silent }
}

function sayOpen(calls: string, silent: readonly Worker[]): string {
  if (silent.length === 0) return t('{0} open', calls)
  return silent.length === 1
    ? t('{0} open, with {1}, which does not say, counted as full', calls, nameWorkers(silent))
    : t('{0} open, with {1}, which do not say, counted as full', calls, nameWorkers(silent))
}

function remedyFor({ silent: [first] }: Open): string {
  const quieter = t('wait until traffic is lower, or raise rollout.max_active_calls')
  return first
    ? t(
        'restart --server {0} --worker {1} first, which does not wait for quieter traffic; or {2}',
        first.server,
        first.id,
        quieter,
      )
    : quieter
}
