import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { holdCalls } from '../fixture/calls'
import { fleetOps } from '../fixture/command-line'
import { nginxServes, reloads, upstreamLines, workerPids } from '../fixture/hosts'
import { freshLab, type Lab } from '../fixture/lab'
import { type Operator, operatorOf } from '../fixture/session'
import { type Playbooks, playbooksOf } from './playbooks'

// The real ansible-playbook, with what `fleet-ops export ansible` writes for the lab's fleet: two servers with four workers each.

let lab: Lab
let operator: Operator
let play: Playbooks['play']

before(async () => {
  lab = await freshLab()
  operator = await operatorOf(lab, {
    rollout: '{ batch: 4, drain: { timeout: 20s }, ready: { timeout: 8s, checks: 2 } }',
  })
  ;({ play } = await playbooksOf(operator))
})
after(() => operator?.leave())

const pids = async () => [...(await workerPids(lab, 'core-1')), ...(await workerPids(lab, 'core-2'))]

test('its syntax is right', async () => {
  const { code, said } = await play('--syntax-check', 'reload.yml', 'rolling-restart.yml')
  assert.equal(code, 0, said)
})

test('a fleet that is as the file says shows no change', async () => {
  const reload = fleetOps('run', 'reload', operator.path, '--yes')
  assert.equal(await reload.ended, 0, reload.said())
  const { code, said } = await play('reload.yml', '--check', '--diff')
  assert.equal(code, 0, said)
  assert.match(said, /changed=0 .*failed=0/)
  assert.doesNotMatch(said, /^[-+] /m)
})

test('a block that differs is shown, and changed with one reload; nothing else of the file is', async () => {
  await lab.shell(
    'core-1',
    "sed -i '1i # kept' /etc/nginx/conf.d/voxcore-upstream.conf; sed -i 's/:8002;/:8002 weight=7;/' /etc/nginx/conf.d/voxcore-upstream.conf",
  )
  const before = await reloads(lab)
  const shown = await play('reload.yml', '--check', '--diff')
  assert.match(shown.said, /^-.*8002 weight=7;$/m)
  const { code, said } = await play('reload.yml')
  assert.equal(code, 0, said)
  assert.equal((await reloads(lab)) - before, 1)
  assert.ok((await upstreamLines(lab)).includes('127.0.0.1:8002'))
  assert.match(await lab.shell('core-1', 'cat /etc/nginx/conf.d/voxcore-upstream.conf'), /^# kept\n[\s\S]*\}\n$/)
})

test('its rolling restart under steady calls drops none', async context => {
  const [lines, pidsBefore, reloadsBefore] = [await upstreamLines(lab), await pids(), await reloads(lab)]
  const calls = holdCalls({ host: lab.address('core-1'), concurrent: 12, seconds: 1.5 })
  context.after(() => calls.stop())
  await calls.reached(12)
  const { code, said } = await play('rolling-restart.yml')
  const count = await calls.stop()
  assert.equal(code, 0, said)
  assert.deepEqual([count.dropped, count.refused, count.completed], [0, 0, count.started])
  assert.ok(
    (await pids()).every(pid => pid > 0 && !pidsBefore.includes(pid)),
    'every worker is a new process',
  )
  assert.deepEqual(await upstreamLines(lab), lines)
  assert.equal((await reloads(lab)) - reloadsBefore, 2 + 1, 'N batches take N + 1 reloads')
  context.diagnostic(`${count.started} calls: ${count.completed} completed, ${count.dropped} dropped`)
})

test('it does nothing while Fleet Ops has the lock', async () => {
  const [lines, before] = [await upstreamLines(lab), await pids()]
  const calls = holdCalls({ host: lab.address('core-1'), concurrent: 16, seconds: 30 })
  await calls.reached(16)
  const run = fleetOps('run', 'rolling-restart', '--server', 'core-1', operator.path, '--yes')
  await run.says(/calls? left/)
  const { code, said } = await play('rolling-restart.yml')
  run.process.kill('SIGINT')
  await run.ended
  await calls.stop()
  assert.notEqual(code, 0)
  assert.match(said, /is carrying out rolling-restart now/)
  assert.deepEqual([await upstreamLines(lab), await pids()], [lines, before])
})

test('a worker that does not become ready stops it, is left out, and the rest of its batch comes back', async () => {
  await lab.shell(
    'core-2',
    'mkdir -p /etc/systemd/system/voxcore@2.service.d; printf "[Service]\\nExecStart=\\nExecStart=/bin/false\\n" >/etc/systemd/system/voxcore@2.service.d/broken.conf; systemctl daemon-reload',
  )
  const { code, said } = await play('rolling-restart.yml')
  assert.notEqual(code, 0)
  assert.match(said, /Left out of the upstream: core-2-worker-2\./)
  assert.deepEqual(
    (await upstreamLines(lab)).filter(line => / down/.test(line)),
    [`${lab.address('core-2')}:8002 down`],
  )
  assert.ok(await nginxServes(lab))

  await lab.shell('core-2', 'rm -r /etc/systemd/system/voxcore@2.service.d; systemctl daemon-reload')
  const again = await play('rolling-restart.yml')
  assert.equal(again.code, 0, again.said)
  assert.ok((await upstreamLines(lab)).every(line => !/ down/.test(line)))
})
