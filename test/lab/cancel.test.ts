import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { holdCalls } from './fixture/calls'
import { nginxServes, upstreamLines, workerPids } from './fixture/hosts'
import { freshLab, type Lab } from './fixture/lab'
import { type Operator, operatorOf } from './fixture/session'

let lab: Lab
let operator: Operator

before(async () => {
  lab = await freshLab()
  operator = await operatorOf(lab)
  await operator.run('reload')
})
after(() => operator?.leave())

test('a cancel in the middle of a drain brings the worker back within 10 s, and says so', async context => {
  const [lines, pids] = [await upstreamLines(lab), await workerPids(lab, 'core-1')]
  // Long calls on every worker, so that the drain has something to wait for.
  const calls = holdCalls({ host: lab.address('core-1'), concurrent: 16, seconds: 15 })
  context.after(() => calls.stop())
  await calls.reached(16)
  const cancel = new AbortController()
  let cancelledAt = 0
  let whileDraining: readonly string[] = []

  const { outcome } = await operator.run(
    'rolling-restart',
    { server: 'core-1' },
    {
      signal: cancel.signal,
      onEvent: event => {
        if (event.kind !== 'output' || !/calls? left/.test(event.line) || cancelledAt > 0) return
        cancelledAt = performance.now()
        void upstreamLines(lab).then(now => {
          whileDraining = now
          cancelledAt = performance.now()
          cancel.abort()
        })
      },
    },
  )
  const took = performance.now() - cancelledAt

  assert.equal(outcome.kind, 'cancelled')
  assert.ok(outcome.kind === 'cancelled' && outcome.restored, JSON.stringify(outcome))
  assert.equal(whileDraining.filter(line => line.endsWith(' down')).length, 1, 'one worker was being drained')
  assert.deepEqual(await upstreamLines(lab), lines)
  assert.deepEqual(await workerPids(lab, 'core-1'), pids, 'no worker was restarted')
  assert.ok(took < 10_000, `${took} ms`)
  assert.ok(await nginxServes(lab))
  const count = await calls.stop()
  assert.equal(count.dropped + count.refused, 0)
  context.diagnostic(`cancel to end: ${Math.round(took)} ms`)
})

test('after a cancel the lock is free: the next run goes', async () => {
  assert.deepEqual((await operator.run('reload')).outcome, { kind: 'done' })
})
