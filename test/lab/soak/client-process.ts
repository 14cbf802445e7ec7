import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunOutcome } from '../../../src/apply/run-event'
import type { FleetWishes } from '../fixture/fleet-file'
import { type LabFacts, labOf } from '../fixture/lab'
import { operatorOf } from '../fixture/session'

/** What a rolling restart came to, and what the client holds on to after it. */
export interface Round {
  readonly outcome: RunOutcome
  /** Bytes of its heap that are in use when all garbage is collected. */
  readonly heap: number
  /** Connections, processes and files that it has open. */
  readonly open: number
}

/** An operator in a process of its own, as an editor is one, so that nothing but what runs leave behind is measured. */
export interface ClientProcess {
  restartAll(): Promise<Round>
  leave(): Promise<void>
}

interface Begin {
  readonly facts: LabFacts
  readonly wishes: FleetWishes
}

const mark = 'FLEET_OPS_SOAK_CLIENT'
/** Machine code and what it is made from are on the heap too, and grow for as long as V8 finds something to make faster. */
const steadyHeap = ['--expose-gc', '--no-opt', '--no-maglev', '--no-sparkplug', '--no-lazy-feedback-allocation']

/** Whether this process is such a client, started from the test's own file. */
export const isClient = process.env[mark] !== undefined

export async function startClient(begin: Begin): Promise<ClientProcess> {
  const child = fork(process.argv[1] ?? '', {
    execArgv: steadyHeap,
    env: { ...process.env, [mark]: 'yes', NODE_TEST_CONTEXT: undefined },
  })
  const answer = async <Answer>(message: unknown): Promise<Answer> => {
    child.send(message as object)
    const [answered] = await Promise.race([once(child, 'message'), once(child, 'exit')])
    if (typeof answered !== 'object') throw new Error(`the client ended with ${answered}`)
    return answered as Answer
  }
  await answer(begin)
  return {
    restartAll: () => answer<Round>({}),
    async leave() {
      child.disconnect()
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}

/** What such a process does: a rolling restart for every message, until its parent has gone. */
export async function beClient(): Promise<void> {
  const [{ facts, wishes }] = (await once(process, 'message')) as [Begin]
  const operator = await operatorOf(labOf(facts), wishes)
  // One signal for all of them: what a run hangs on it must go with the run.
  const { signal } = new AbortController()
  process.on('message', async () => {
    const { outcome } = await operator.run('rolling-restart', {}, { signal })
    // Channels take a moment to close.
    await sleep(500)
    process.send?.({ outcome, heap: heapInUse(), open: openHere() } satisfies Round)
  })
  process.once('disconnect', () => operator.leave())
  process.send?.({})
}

function heapInUse(): number {
  for (let time = 0; time < 3; time++) globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

const openHere = () => process.getActiveResourcesInfo().filter(kind => kind !== 'Timeout').length
