import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { nginxServes, reloads, upstreamLines, workerPids } from './fixture/hosts'
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

test('the workers of a batch restart side by side', async context => {
  const dropIn = '/run/systemd/system/voxcore@.service.d'
  await lab.shell(
    'core-2',
    `mkdir -p ${dropIn}; printf '[Service]\\nExecStop=/bin/sleep 2\\n' > ${dropIn}/slow.conf; systemctl daemon-reload`,
  )
  const batches = await operatorOf(lab, { rollout: '{ batch: 4, drain: { timeout: 20s }, ready: { timeout: 4s } }' })
  context.after(() => batches.leave())
  const pids = await workerPids(lab, 'core-2')
  const before = await reloads(lab)

  const { outcome, events } = await batches.run('rolling-restart', { server: 'core-2' })

  assert.deepEqual(outcome, { kind: 'done' })
  assert.ok((await workerPids(lab, 'core-2')).every((pid, index) => pid > 0 && pid !== pids[index]))
  assert.equal((await reloads(lab)) - before, 2)
  const restarts = events.flatMap(event =>
    event.kind === 'step-finished' && event.step.kind === 'restart-worker' ? [event.milliseconds] : [],
  )
  assert.equal(restarts.length, 4)
  assert.ok(Math.max(...restarts) < 6_000, `four stops of 2 s each took ${restarts.map(Math.round).join(', ')} ms`)
  await lab.shell('core-2', `rm -r ${dropIn}; systemctl daemon-reload`)
})

test("a worker that its restart takes out of nginx's reach stops the rollout and is left out, and the others serve on", async () => {
  await lab.shell('core-2', 'echo VOXCORE_HOST=127.0.0.1 >>/opt/voxcore/.env')
  const pids = await workerPids(lab, 'core-2')

  const { outcome } = await operator.run('rolling-restart', { server: 'core-2' })

  assert.ok(outcome.kind === 'failed' && !outcome.restored)
  assert.match(outcome.message, /core-1 could not reach these workers within 4 seconds: core-2 worker 1/)
  assert.match(outcome.remedy ?? '', /when it starts: after changing it, restart worker 1 of core-2/)
  assert.deepEqual((await workerPids(lab, 'core-2')).slice(1), pids.slice(1))
  const down = (await upstreamLines(lab)).filter(line => line.endsWith(' down'))
  assert.deepEqual(down, [`${lab.address('core-2')}:8001 down`])
  assert.ok(await nginxServes(lab))

  await lab.shell('core-2', "sed -i '/^VOXCORE_HOST=/d' /opt/voxcore/.env")
  assert.deepEqual((await operator.run('restart', { server: 'core-2', worker: 1 })).outcome, { kind: 'done' })
  assert.deepEqual((await operator.run('rolling-restart', { server: 'core-2' })).outcome, { kind: 'done' })
  assert.deepEqual(
    (await upstreamLines(lab)).filter(line => line.endsWith(' down')),
    [],
  )
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
