import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { RunEvent } from '../../src/apply/run-event'
import { type CallCount, holdCalls } from './fixture/calls'
import { nginxServes, reloads, upstreamLines, workerPids } from './fixture/hosts'
import { freshLab, type Lab } from './fixture/lab'
import { type Operator, operatorOf } from './fixture/session'

// Two servers with four workers of five calls each, and callers who hold twelve calls open all the while.
const callers = { concurrent: 12, seconds: 1.5 }

let lab: Lab
let operator: Operator

before(async () => {
  lab = await freshLab()
  operator = await operatorOf(lab)
  assert.equal((await operator.run('reload')).outcome.kind, 'done')
})
after(() => operator?.leave())

const inWords = ({ started, completed, dropped, refused }: CallCount) =>
  `${started} calls: ${completed} completed, ${dropped} dropped, ${refused} refused`

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`

/** How long the steps of each kind took together. */
function timeByKind(events: readonly RunEvent[]): string {
  const sums = new Map<string, number>()
  for (const event of events)
    if (event.kind === 'step-finished') sums.set(event.step.kind, (sums.get(event.step.kind) ?? 0) + event.milliseconds)
  return [...sums].map(([kind, sum]) => `${kind} ${seconds(sum)}`).join(', ')
}

test('a rolling restart of 2 servers × 4 workers drops no call and refuses none', async context => {
  const pids = async () => [...(await workerPids(lab, 'core-1')), ...(await workerPids(lab, 'core-2'))]
  const lines = await upstreamLines(lab)
  const [pidsBefore, reloadsBefore] = [await pids(), await reloads(lab)]
  const calls = holdCalls({ host: lab.address('core-1'), ...callers })
  context.after(() => calls.stop())
  await calls.reached(callers.concurrent)

  const ran = await operator.run('rolling-restart')
  const count = await calls.stop()

  assert.deepEqual(ran.outcome, { kind: 'done' })
  assert.equal(count.dropped, 0, inWords(count))
  assert.equal(count.refused, 0, inWords(count))
  assert.equal(count.completed, count.started)
  assert.ok(count.completed > 2 * callers.concurrent, inWords(count))

  const pidsAfter = await pids()
  assert.ok(
    pidsAfter.every(pid => pid > 0 && !pidsBefore.includes(pid)),
    'every worker is a new process',
  )
  assert.deepEqual(await upstreamLines(lab), lines, 'the upstream is as it was')
  assert.equal((await reloads(lab)) - reloadsBefore, 8 + 1, 'N batches take N + 1 reloads')
  assert.ok(await nginxServes(lab))
  context.diagnostic(`rolling restart, ${seconds(ran.milliseconds)}: ${inWords(count)}`)
  context.diagnostic(`of which ${timeByKind(ran.events)}`)
})

test("the runbook's loop drops calls, so that the count is known to see drops", async context => {
  const calls = holdCalls({ host: lab.address('core-1'), ...callers })
  context.after(() => calls.stop())
  await calls.reached(callers.concurrent)
  for (const host of ['core-1', 'core-2'])
    await lab.shell(host, 'for n in 1 2 3 4; do systemctl restart voxcore@$n; sleep 1; done')
  const count = await calls.stop()
  assert.ok(count.dropped > 0, inWords(count))
  context.diagnostic(`the runbook's loop: ${inWords(count)}`)
})
