import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { holdCalls } from '../fixture/calls'
import { nginxServes, until, upstreamFile, workerPids } from '../fixture/hosts'
import { freshLab, type Lab } from '../fixture/lab'
import { type Operator, operatorOf } from '../fixture/session'
import { driftOf, linesOf } from './fleet-state'

// The second generation of fleets: workers on unix sockets, one call each, on the host of their nginx.

let lab: Lab
let operator: Operator
const ids = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
const line = (id: number) => `unix:/tmp/voxcore_${id}.sock max_conns=1 fail_timeout=10`
const lines = () => linesOf(lab, upstreamFile)
const pids = (count: number) => workerPids(lab, 'core-1', ids(count))
const health = async (id: number) =>
  JSON.parse(await lab.shell('core-1', `curl -fs --unix-socket /tmp/voxcore_${id}.sock http://worker/health`))

before(async () => {
  lab = await freshLab(['core-1'])
  await lab.shell(
    'core-1',
    `printf '#!/bin/sh\\nexport VOXCORE_SOCKET=/tmp/voxcore_$VOXCORE_WORKER.sock\\nexec python3 -I /opt/voxcore/voxcore/app.py\\n' >/opt/voxcore/scripts/run_worker.sh
    sed -i 's/^MAX_CONCURRENT_CALLS=.*/MAX_CONCURRENT_CALLS=1/; s/^VOXCORE_WORKERS=.*/VOXCORE_WORKERS=6/' /opt/voxcore/.env
    systemctl enable --quiet voxcore@5 voxcore@6; systemctl restart voxcore@1 voxcore@2 voxcore@3 voxcore@4 voxcore@5 voxcore@6`,
  )
  const { facts } = lab
  operator = await operatorOf(
    lab,
    `name: sockets
service:
  socket: /tmp/voxcore_%i.sock
  max_concurrent_calls: 1
ssh: { user: deploy, identity_file: ${facts.key}, known_hosts_file: ${facts.knownHosts} }
load_balancer: { server: core-1, method: least_conn, keepalive: 0, zone: 64k, max_conns: 1, fail_timeout: 10 }
servers:
  core-1: { host: ${lab.address('core-1')}, cores: 8, workers: 6 }
rollout: { batch: 2, drain: { timeout: 20s }, ready: { timeout: 15s, checks: 2 } }
`,
  )
})
after(() => operator?.leave())

async function runs(name: string, given = {}): Promise<void> {
  const { outcome, output } = await operator.run(name, given)
  assert.deepEqual(outcome, { kind: 'done' }, output.join('\n'))
}

test('reload turns an upstream of ports into one of sockets', async () => {
  await runs('reload')
  assert.deepEqual(await lines(), ids(6).map(line))
  assert.ok(await nginxServes(lab))
  assert.deepEqual(await driftOf(operator), [])
})

test('add-worker starts workers on sockets of their own before nginx is told of them', async () => {
  await runs('add-worker', { server: 'core-1', count: 2 })
  assert.deepEqual(await lines(), ids(8).map(line))
  assert.match(await readFile(operator.path, 'utf8'), /workers: 8/)
  assert.deepEqual(await driftOf(operator), [])
})

test('a rolling restart drops no call, though every worker has room for one only', async context => {
  const before = await pids(8)
  const calls = holdCalls({ host: lab.address('core-1'), concurrent: 3, seconds: 1.5 })
  context.after(() => calls.stop())
  await calls.reached(3)
  await runs('rolling-restart')
  const { started, completed, dropped, refused } = await calls.stop()
  context.diagnostic(`${started} calls: ${completed} completed, ${dropped} dropped, ${refused} refused`)
  assert.equal(dropped, 0)
  assert.equal(started, completed + refused)
  const now = await pids(8)
  assert.ok(now.every((pid, index) => pid > 0 && pid !== before[index]))
  assert.deepEqual(await lines(), ids(8).map(line))
})

test('drain waits for the one call of a worker, and undrain brings it back', async () => {
  await runs('drain', { server: 'core-1', worker: 3 })
  assert.ok((await lines()).includes(`${line(3)} down`))
  await runs('undrain', { server: 'core-1', worker: 3 })
  assert.deepEqual(await lines(), ids(8).map(line))
})

test('set-calls gives each worker two, by a rolling restart', async () => {
  await runs('set-calls', { server: 'core-1', calls: 2 })
  for (const id of [1, 8]) assert.equal((await health(id)).worker_max, 2)
  await runs('set-calls', { server: 'core-1', calls: 1 })
  assert.equal((await health(1)).worker_max, 1)
})

test('apply mends a worker that is stopped, a line that is gone, and a variable', async () => {
  await lab.shell(
    'core-1',
    `systemctl disable --quiet --now voxcore@2; sed -i '/voxcore_4.sock/d' ${upstreamFile}; systemctl reload nginx; sed -i 's/^VOXCORE_WORKERS=.*/VOXCORE_WORKERS=3/' /opt/voxcore/.env`,
  )
  assert.equal((await driftOf(operator)).length, 3)
  await runs('apply')
  assert.deepEqual([...(await lines())].sort(), ids(8).map(line))
  assert.deepEqual(await driftOf(operator), [])
  await until('worker 2 answers', () =>
    lab.succeeds('core-1', 'curl -fs --unix-socket /tmp/voxcore_2.sock http://worker/health'),
  )
})
