import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { upstreamLines, workerPids } from './fixture/hosts'
import { freshLab, type Lab } from './fixture/lab'
import { type Operator, operatorOf } from './fixture/session'

// All of test/lab over the system's ssh is npm run test:lab:openssh; this is the least that must hold.
let lab: Lab
let operator: Operator

before(async () => {
  lab = await freshLab(['core-1'])
  operator = await operatorOf(lab, { workers: { 'core-1': 2 } }, undefined, 'openssh')
})
after(() => operator?.leave())

test("a rolling restart over the system's ssh restarts every worker and leaves the upstream as it was", async () => {
  assert.equal((await operator.run('reload')).outcome.kind, 'done')
  const lines = await upstreamLines(lab)
  const before = await workerPids(lab, 'core-1', [1, 2])
  assert.deepEqual((await operator.run('rolling-restart')).outcome, { kind: 'done' })
  const pids = await workerPids(lab, 'core-1', [1, 2])
  assert.ok(pids.every(pid => pid > 0 && !before.includes(pid)))
  assert.deepEqual(await upstreamLines(lab), lines)
  assert.equal(lines.length, 2)
})
