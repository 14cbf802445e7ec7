import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { holdCalls } from '../fixture/calls'
import { nginxServes, reloads, upstreamLines, workerPids } from '../fixture/hosts'
import { freshLab, type Lab } from '../fixture/lab'
import { type Operator, operatorOf } from '../fixture/session'
import { type Playbooks, playbooksOf } from './playbooks'

// The export of a fleet whose workers are on unix sockets, one call each.

let lab: Lab
let operator: Operator
let playbooks: Playbooks
const ids = [1, 2, 3, 4, 5, 6]
const lines = ids.map(id => `unix:/tmp/voxcore_${id}.sock max_conns=1 fail_timeout=10`)

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
service: { socket: /tmp/voxcore_%i.sock, max_concurrent_calls: 1 }
ssh: { user: deploy, identity_file: ${facts.key}, known_hosts_file: ${facts.knownHosts} }
load_balancer: { server: core-1, keepalive: 0, zone: 64k, max_conns: 1, fail_timeout: 10 }
servers:
  core-1: { host: ${lab.address('core-1')}, cores: 8, workers: 6 }
rollout: { batch: 2, drain: { timeout: 20s }, ready: { timeout: 8s, checks: 2 } }
`,
  )
  playbooks = await playbooksOf(operator)
})
after(() => operator?.leave())

test('reload.yml turns an upstream of ports into one of sockets, and then shows no change', async () => {
  const { code, said } = await playbooks.play('reload.yml')
  assert.equal(code, 0, said)
  assert.deepEqual(await upstreamLines(lab), lines)
  assert.ok(await nginxServes(lab))
  const again = await playbooks.play('reload.yml', '--check', '--diff')
  assert.equal(again.code, 0, again.said)
  assert.match(again.said, /changed=0 .*failed=0/)
})

test('rolling-restart.yml drops no call', async context => {
  const [before, reloadsBefore] = [await workerPids(lab, 'core-1', ids), await reloads(lab)]
  const calls = holdCalls({ host: lab.address('core-1'), concurrent: 2, seconds: 1.5 })
  context.after(() => calls.stop())
  await calls.reached(2)
  const { code, said } = await playbooks.play('rolling-restart.yml')
  const { started, completed, dropped, refused } = await calls.stop()
  assert.equal(code, 0, said)
  assert.equal(dropped, 0)
  assert.equal(started, completed + refused)
  const now = await workerPids(lab, 'core-1', ids)
  assert.ok(now.every((pid, index) => pid > 0 && pid !== before[index]))
  assert.deepEqual(await upstreamLines(lab), lines)
  assert.equal((await reloads(lab)) - reloadsBefore, 3 + 1)
  context.diagnostic(`${started} calls: ${completed} completed, ${dropped} dropped, ${refused} refused`)
})
