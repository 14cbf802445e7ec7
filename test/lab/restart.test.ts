import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { nginxServes, upstreamLines, workerPids } from './fixture/hosts'
import { freshLab, type Lab } from './fixture/lab'
import { type Operator, operatorOf } from './fixture/session'

let lab: Lab
let operator: Operator

before(async () => {
  lab = await freshLab()
  operator = await operatorOf(lab, { rollout: '{ drain: { timeout: 20s }, ready: { timeout: 4s } }' })
  await operator.run('reload')
})
after(() => operator?.leave())

test('restart replaces the process of one worker and of no other', async () => {
  const [own, other] = [await workerPids(lab, 'core-2'), await workerPids(lab, 'core-1')]
  const lines = await upstreamLines(lab)

  const { outcome } = await operator.run('restart', { server: 'core-2', worker: 2 })

  assert.deepEqual(outcome, { kind: 'done' })
  const changed = (await workerPids(lab, 'core-2')).map((pid, index) => pid !== own[index])
  assert.deepEqual(changed, [false, true, false, false])
  assert.deepEqual(await workerPids(lab, 'core-1'), other)
  assert.deepEqual(await upstreamLines(lab), lines)
})

test('a worker that does not come up stops the rollout: its journal is shown, it is left out, the others serve on', async () => {
  const dropIn = '/run/systemd/system/voxcore@2.service.d'
  await lab.shell(
    'core-2',
    `mkdir -p ${dropIn}; printf '[Service]\\nExecStart=\\nExecStart=/bin/sh -c "echo the model is missing; exit 3"\\n' > ${dropIn}/broken.conf; systemctl daemon-reload`,
  )
  const pids = await workerPids(lab, 'core-2')

  const { outcome, output } = await operator.run('rolling-restart', { server: 'core-2' })

  assert.equal(outcome.kind, 'failed')
  assert.ok(outcome.kind === 'failed' && !outcome.restored)
  assert.match(outcome.message, /core-2 worker 2/)
  assert.ok(
    output.some(line => line.includes('the model is missing')),
    output.join('\n'),
  )
  const [first, , third, fourth] = await workerPids(lab, 'core-2')
  assert.notEqual(first, pids[0], 'the worker before it was restarted')
  assert.deepEqual([third, fourth], [pids[2], pids[3]], 'the workers after it are untouched')
  const down = (await upstreamLines(lab)).filter(line => line.endsWith(' down'))
  assert.deepEqual(down, [`${lab.address('core-2')}:8002 down`])
  assert.ok(await nginxServes(lab))
  await lab.shell('core-2', `rm -r ${dropIn}; systemctl daemon-reload; systemctl restart voxcore@2`)
})
