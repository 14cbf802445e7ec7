import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reloads, upstreamLines } from '../fixture/hosts'
import { freshLab } from '../fixture/lab'
import { operatorOf } from '../fixture/session'

test('a rolling restart waits for quiet before each batch, with every worker in service, and ends', async context => {
  const lab = await freshLab()
  const operator = await operatorOf(lab, {
    rollout: '{ batch: 2, max_active_calls: 6, drain: { timeout: 60s }, ready: { timeout: 30s, checks: 2 } }',
  })
  context.after(() => operator.leave())
  await operator.run('reload')
  const before = { lines: await upstreamLines(lab), reloads: await reloads(lab) }
  const hold = (calls: number) =>
    lab.shell('core-2', `curl -fsS -X PUT -d '{"calls":${calls}}' http://127.0.0.1:8001/lab/state`)
  const seenMeanwhile: Promise<readonly string[]>[] = []
  let batches = 0
  await hold(8)

  const { outcome, output } = await operator.run(
    'rolling-restart',
    { server: 'core-1' },
    {
      onEvent: event => {
        if (event.kind === 'output' && /8 calls open; waiting for 6/.test(event.line))
          seenMeanwhile.push(
            upstreamLines(lab).then(async lines => {
              await hold(0)
              return lines
            }),
          )
        if (event.kind === 'step-finished' && event.step.kind === 'wait-drained') {
          batches += 1
          if (batches === 1) void hold(8)
        }
      },
    },
  )

  assert.deepEqual(outcome, { kind: 'done' }, output.join('\n'))
  const seen = await Promise.all(seenMeanwhile)
  assert.equal(seen.length, 2, output.join('\n'))
  for (const lines of seen) assert.deepEqual(lines, before.lines, 'nobody is out of service while the rollout waits')
  assert.deepEqual(await upstreamLines(lab), before.lines)
  assert.equal((await reloads(lab)) - before.reloads, 4, 'two reloads a batch')
})
