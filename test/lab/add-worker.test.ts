import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { answeringThroughNginx, nginxServes, reloads, upstreamLines, workerPids } from './fixture/hosts'
import { freshLab, type Lab } from './fixture/lab'
import { type Operator, operatorOf } from './fixture/session'

let lab: Lab
let operator: Operator

before(async () => {
  lab = await freshLab()
  operator = await operatorOf(lab)
})
after(() => operator?.leave())

const workersVariable = () => lab.shell('core-1', 'grep ^VOXCORE_WORKERS= /opt/voxcore/.env')

test('workers 5 and 6 are added to a server that serves, as the runbook does', async () => {
  await operator.run('reload')
  const [environment, text, pids] = [
    await lab.shell('core-1', 'cat /opt/voxcore/.env; stat -c "%a %U" /opt/voxcore/.env'),
    await readFile(operator.path, 'utf8'),
    await workerPids(lab, 'core-1'),
  ]
  const before = await reloads(lab)

  const { outcome } = await operator.run('add-worker', { server: 'core-1', count: 2 })

  assert.deepEqual(outcome, { kind: 'done' })
  assert.equal(
    await readFile(operator.path, 'utf8'),
    text.replace('workers: 4', 'workers: 6'),
    'fleet.yaml but for one number',
  )
  assert.equal(
    await lab.shell('core-1', 'cat /opt/voxcore/.env; stat -c "%a %U" /opt/voxcore/.env'),
    environment.replace('VOXCORE_WORKERS=4', 'VOXCORE_WORKERS=6'),
    'VOXCORE_WORKERS is kept in step, and nothing else of .env is touched',
  )
  assert.equal(await lab.shell('core-1', 'systemctl is-enabled voxcore@5 voxcore@6'), 'enabled\nenabled\n')
  assert.deepEqual(await workerPids(lab, 'core-1'), pids, 'no other worker is restarted')
  assert.equal((await reloads(lab)) - before, 1)
  const lines = await upstreamLines(lab)
  assert.deepEqual(
    lines.slice(0, 6),
    [1, 2, 3, 4, 5, 6].map(id => `127.0.0.1:800${id}`),
  )
  const [five, six] = await workerPids(lab, 'core-1', [5, 6])
  const answering = await answeringThroughNginx(lab)
  assert.ok(answering.has(`8005/${five}`) && answering.has(`8006/${six}`), [...answering].join(' '))
  assert.ok(await nginxServes(lab))
})

test('an add-worker that broke off after its edit is finished, not done twice', async () => {
  const text = (await readFile(operator.path, 'utf8')).replace('workers: 6', 'workers: 7')
  await writeFile(operator.path, text)

  const { outcome } = await operator.run('add-worker', { server: 'core-1', count: 1 })

  assert.deepEqual(outcome, { kind: 'done' })
  assert.equal(await readFile(operator.path, 'utf8'), text)
  assert.equal(await workersVariable(), 'VOXCORE_WORKERS=7\n')
  assert.ok((await upstreamLines(lab)).includes('127.0.0.1:8007'))
})
