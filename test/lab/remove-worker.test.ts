import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { holdCalls } from './fixture/calls'
import { nginxServes, upstreamLines, workerPids } from './fixture/hosts'
import { freshLab, type Lab } from './fixture/lab'
import { type Operator, operatorOf } from './fixture/session'

let lab: Lab
let operator: Operator

before(async () => {
  lab = await freshLab(['core-1'])
  operator = await operatorOf(lab)
  await operator.run('reload')
})
after(() => operator?.leave())

test('a worker in calls is drained, stopped and disabled, and no call is dropped', async context => {
  const text = await readFile(operator.path, 'utf8')
  const pids = await workerPids(lab, 'core-1', [1, 2, 3])
  const calls = holdCalls({ host: lab.address('core-1'), concurrent: 8, seconds: 1 })
  context.after(() => calls.stop())
  await calls.reached(8)

  const { outcome, output } = await operator.run('remove-worker', { server: 'core-1' })
  const count = await calls.stop()

  assert.deepEqual(outcome, { kind: 'done' }, output.join('\n'))
  assert.deepEqual([count.dropped, count.refused], [0, 0])
  assert.equal(await readFile(operator.path, 'utf8'), text.replace('workers: 4', 'workers: 3'))
  assert.deepEqual(
    await upstreamLines(lab),
    [1, 2, 3].map(id => `127.0.0.1:800${id}`),
  )
  const state =
    'systemctl is-active voxcore@4; systemctl is-enabled voxcore@4; grep ^VOXCORE_WORKERS= /opt/voxcore/.env'
  assert.equal(await lab.shell('core-1', `${state}; true`), 'inactive\ndisabled\nVOXCORE_WORKERS=3\n')
  assert.deepEqual(await workerPids(lab, 'core-1', [1, 2, 3]), pids, 'no other worker is restarted')
  assert.ok(await nginxServes(lab))
  assert.deepEqual((await operator.prepare('apply')).plan.steps, [], 'and nothing differs')
})
