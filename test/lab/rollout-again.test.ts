import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { begun, fleetOps } from './fixture/command-line'
import { until, upstreamLines, workerPids } from './fixture/hosts'
import { freshLab, type Lab } from './fixture/lab'
import { type Operator, operatorOf } from './fixture/session'

// A rollout whose client is killed in the third of four batches, and that is run again.

let lab: Lab
let operator: Operator

before(async () => {
  lab = await freshLab()
  operator = await operatorOf(lab, { workers: { 'core-1': 1, 'core-2': 4 } })
  assert.equal((await operator.run('reload')).outcome.kind, 'done')
})
after(() => operator?.leave())

const rollout = () => fleetOps('run', 'rolling-restart', '--server', 'core-2', operator.path, '--yes')

test('run again, a rollout restarts no worker twice, and says which it skips', async context => {
  const [lines, first] = [await upstreamLines(lab), await workerPids(lab, 'core-2')]
  const victim = rollout()
  context.after(() => victim.process.kill('SIGKILL'))
  await victim.says(begun('Wait until worker 3 of core-2 is healthy'))
  victim.process.kill('SIGKILL')
  await victim.ended
  await until('the guardian has put the upstream back', async () => (await upstreamLines(lab)).join() === lines.join())
  await until('the lock is free', () => lab.succeeds('core-1', 'flock -n /run/fleet-ops/lab/lock true'))
  await until('worker 3 answers', async () => lab.succeeds('core-2', 'curl -fs 127.0.0.1:8003/health'))
  const second = await workerPids(lab, 'core-2')
  assert.deepEqual(
    second.map((pid, index) => pid !== first[index]),
    [true, true, true, false],
  )

  const again = rollout()
  assert.equal(await again.ended, 0, again.said())
  assert.match(
    again.said(),
    /workers 1–3 of core-2 were restarted by the unfinished rollout that began at 2\d{3}-.* by the clock of core-2/,
  )
  const third = await workerPids(lab, 'core-2')
  assert.deepEqual(
    third.map((pid, index) => pid !== second[index]),
    [false, false, false, true],
  )

  const ended = await operator.prepare('rolling-restart', { server: 'core-2' })
  assert.deepEqual(ended.plan.warnings, [], 'a rollout that has ended is over')
  assert.equal(ended.plan.steps.filter(step => step.kind === 'restart-worker').length, 4)
  assert.deepEqual(await upstreamLines(lab), lines)
})
