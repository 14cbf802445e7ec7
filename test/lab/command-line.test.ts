import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { holdCalls } from './fixture/calls'
import { fleetOps } from './fixture/command-line'
import { nginxServes, upstreamLines, workerPids } from './fixture/hosts'
import { freshLab, type Lab } from './fixture/lab'
import { type Operator, operatorOf } from './fixture/session'

let lab: Lab
let operator: Operator

before(async () => {
  lab = await freshLab()
  operator = await operatorOf(lab)
})
after(() => operator?.leave())

const run = (...args: string[]) => fleetOps('run', ...args, operator.path, '--yes')
const busyFor = async (seconds: number, context: TestContext) => {
  const calls = holdCalls({ host: lab.address('core-1'), concurrent: 16, seconds })
  context.after(() => calls.stop())
  await calls.reached(16)
  return calls
}

test('status finds drift, reload mends it, status finds none', async () => {
  const drifted = fleetOps('status', operator.path)
  assert.equal(await drifted.ended, 1, drifted.said())
  const reload = run('reload')
  assert.equal(await reload.ended, 0, reload.said())
  const status = fleetOps('status', operator.path)
  assert.equal(await status.ended, 0, status.said())
  assert.ok(!status.said().includes('lab-secret-never-print-me'))
})

test('adopt writes a fleet.yaml from the two servers, for which status finds no difference', async () => {
  const { key, knownHosts } = lab.facts
  const ssh = ['--user', 'deploy', '--identity-file', key, '--known-hosts-file', knownHosts]
  const adopted = join(dirname(operator.path), 'adopted.fleet.yaml')
  const adopt = fleetOps('adopt', lab.address('core-1'), lab.address('core-2'), ...ssh, '--output', adopted)
  assert.equal(await adopt.ended, 0, adopt.said())
  const status = fleetOps('status', adopted)
  assert.equal(await status.ended, 0, status.said() + readFileSync(adopted, 'utf8'))
  assert.ok(!(adopt.said() + readFileSync(adopted, 'utf8')).includes('lab-secret-never-print-me'))
})

test('a second operator is refused, and told who, what and since when; SIGINT cancels the first', async context => {
  const lines = await upstreamLines(lab)
  const calls = await busyFor(15, context)
  const first = run('rolling-restart', '--server', 'core-1')
  await first.says(/calls? left/)

  const second = run('reload')
  assert.equal(await second.ended, 3, second.said())
  assert.match(second.said(), /rolling-restart/)
  assert.match(second.said(), /since \d{4}-\d\d-\d\d \d\d:\d\d/)

  first.process.kill('SIGINT')
  assert.equal(await first.ended, 130, first.said())
  assert.deepEqual(await upstreamLines(lab), lines)
  const count = await calls.stop()
  assert.equal(count.dropped + count.refused, 0)
})

test('killed in the middle of a drain, the load balancer puts its upstream back by itself and lets the lock go', async context => {
  const [lines, pids] = [await upstreamLines(lab), await workerPids(lab, 'core-1')]
  const calls = await busyFor(15, context)
  const victim = run('rolling-restart', '--server', 'core-1')
  await victim.says(/calls? left/)
  assert.notDeepEqual(await upstreamLines(lab), lines)

  victim.process.kill('SIGKILL')
  assert.equal(await victim.ended, 'SIGKILL')
  const began = performance.now()
  while ((await upstreamLines(lab)).join() !== lines.join()) {
    assert.ok(performance.now() - began < 40_000, 'not put back within 40 s')
    await new Promise(done => setTimeout(done, 200))
  }
  context.diagnostic(`put back ${Math.round(performance.now() - began)} ms after SIGKILL`)
  assert.ok(await nginxServes(lab))
  assert.deepEqual(await workerPids(lab, 'core-1'), pids)
  const count = await calls.stop()
  assert.equal(count.dropped + count.refused, 0)

  const again = run('restart', '--server', 'core-1', '--worker', '1')
  assert.equal(await again.ended, 0, again.said())
})
