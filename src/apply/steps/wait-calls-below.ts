import type { WaitCallsBelowStep } from '../../plan/plan'
import { count } from '../../plan/worker-names'
import { ApplyError, Cancelled } from '../apply-error'
import type { Carry, StepContext } from '../step-context'

const pollMilliseconds = 2_000
const answerMilliseconds = 20_000

/** Waits for quieter traffic: until no more than so many calls are open in the whole fleet. */
export const waitCallsBelow: Carry<WaitCallsBelowStep> = async (step, context) => {
  const { clock, cancel } = context
  const deadline = clock.now() + step.timeoutSeconds * 1000
  let said = ''
  for (;;) {
    const line = await whatIsOpen(context)
    if (cancel.aborted) throw new Cancelled()
    if (line.calls <= step.calls) return 'done'
    if (line.text !== said) context.say(step.server, `${line.text}; waiting for ${step.calls}`)
    said = line.text
    if (clock.now() >= deadline)
      throw new ApplyError(
        step.server,
        `${line.text} after ${count(step.timeoutSeconds, 'second')} of waiting for ${step.calls}: nothing was restarted`,
        {
          remedy: 'wait for a quieter time, or raise rollout.max_active_calls',
        },
      )
    await clock.sleep(pollMilliseconds, cancel)
    if (cancel.aborted) throw new Cancelled()
  }
}

async function whatIsOpen(context: StepContext): Promise<{ calls: number; text: string }> {
  const workers = context.fleet.servers.flatMap(server => server.workers)
  const answers = await Promise.all(
    workers.map(worker => context.health(worker, { timeoutMilliseconds: answerMilliseconds, signal: context.cancel })),
  )
  const calls = answers.reduce((sum, health) => sum + (health.kind === 'ok' ? health.calls : 0), 0)
  const silent = answers.filter(health => health.kind !== 'ok').length
  const unknown = silent > 0 ? `, without ${count(silent, 'worker')} that did not say` : ''
  return { calls, text: `${count(calls, 'call')} open${unknown}` }
}
