import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { holdCalls } from '../fixture/calls'
import { answeringThroughNginx, nginxServes, until, upstreamLines, workerPids } from '../fixture/hosts'
import { freshLab, type Lab } from '../fixture/lab'
import { type Operator, operatorOf } from '../fixture/session'
import { type Playbooks, playbooksOf } from './playbooks'

// What fleet.yaml says of a rollout, as the exported playbook does it; and a server that vanishes in the middle.

let lab: Lab
let operator: Operator
let playbooks: Playbooks

before(async () => {
  lab = await freshLab()
  operator = await operatorOf(lab, {
    rollout:
      '{ batch: 4, pause: 3s, max_active_calls: 12, drain: { timeout: 10s, on_timeout: stop }, ready: { timeout: 8s, checks: 2 } }',
  })
  await operator.run('reload')
  playbooks = await playbooksOf(operator)
})
after(() => operator?.leave())

const pids = async () => [...(await workerPids(lab, 'core-1')), ...(await workerPids(lab, 'core-2'))]
const down = async () => (await upstreamLines(lab)).filter(line => / down/.test(line))
const busy = async (concurrent: number, seconds: number) => {
  const calls = holdCalls({ host: lab.address('core-1'), concurrent, seconds })
  await calls.reached(concurrent)
  return calls
}

test('above max_active_calls it waits, and goes on when traffic is quieter; between batches it pauses', async context => {
  const before = await pids()
  const calls = await busy(14, 60)
  context.after(() => calls.stop())
  const playing = playbooks.start('rolling-restart.yml')
  await playing.says(/TASK \[Look again\]/)
  assert.deepEqual([await down(), await pids()], [[], before], 'nothing is touched meanwhile')
  const { dropped } = await calls.stop()
  const { code, said } = await playing.ended
  assert.equal(code, 0, said)
  assert.equal(dropped, 0)
  assert.equal(said.match(/Pausing for 3 seconds/g)?.length, 1, 'two batches have one pause between them')
  assert.ok((await pids()).every(pid => pid > 0 && !before.includes(pid)))
  assert.deepEqual(await down(), [])
})

test('where it does not become quieter it gives up, and nothing was touched', async () => {
  const [before, lines] = [await pids(), await upstreamLines(lab)]
  const calls = await busy(14, 120)
  const { code, said } = await playbooks.play('rolling-restart.yml')
  const { dropped } = await calls.stop()
  assert.notEqual(code, 0)
  assert.match(said, /The fleet still has 14 calls after 10 seconds, and max_active_calls is 12/)
  assert.deepEqual([await pids(), await upstreamLines(lab), dropped], [before, lines, 0])
})

test('on_timeout: stop leaves workers to the calls that they still have, and brings them back', async () => {
  const [before, lines] = [await pids(), await upstreamLines(lab)]
  const calls = await busy(10, 120)
  const { code, said } = await playbooks.play('rolling-restart.yml')
  const { dropped } = await calls.stop()
  assert.notEqual(code, 0)
  assert.match(said, /Wait until it has no call, twice in a row: it failed on core-\d-worker-\d/)
  assert.match(said, /No worker is left out of the upstream/)
  assert.deepEqual([await pids(), await upstreamLines(lab), dropped], [before, lines, 0])
})

test('on_timeout: restart ends the calls that are left', async () => {
  const before = await pids()
  const calls = await busy(10, 120)
  const { code, said } = await playbooks.play('rolling-restart.yml', '-e', 'drain_on_timeout=restart')
  const { dropped } = await calls.stop()
  assert.equal(code, 0, said)
  assert.ok(dropped > 0)
  assert.ok((await pids()).every(pid => pid > 0 && !before.includes(pid)))
  assert.deepEqual(await down(), [])
})

test('a server that vanishes in the middle stops it: the rest of the batch comes back, and the others serve on', async context => {
  const lines = await upstreamLines(lab)
  const calls = await busy(6, 120)
  const playing = playbooks.start('rolling-restart.yml', '-e', 'drain_timeout=60')
  await playing.says(/FAILED - RETRYING: \[core-\d-worker-\d\]: Wait until it has no call/)
  assert.equal((await down()).length, 4)
  await lab.lab('crash', 'core-2')
  await calls.stop()
  const began = performance.now()
  const { code, said } = await playing.ended
  context.diagnostic(`ended ${Math.round((performance.now() - began) / 1000)} s after the server vanished`)
  assert.notEqual(code, 0)
  const out = await down()
  assert.ok(out.length > 0 && out.every(line => line.startsWith(lab.address('core-2'))), `${out}\n${said}`)
  assert.match(said, /Left out of the upstream: core-2-worker-\d, core-2-worker-\d\./)
  assert.ok(await nginxServes(lab))
  // Where nginx still has lines of the server that is gone it tries those in vain, for seconds, before it takes another.
  const serving = (await workerPids(lab, 'core-1')).map((pid, index) => `${8001 + index}/${pid}`)
  const answering = new Set<string>()
  await until('all workers of the other server serve', async () => {
    for (const worker of await answeringThroughNginx(lab, 4, 30_000)) answering.add(worker)
    return serving.every(worker => answering.has(worker))
  })

  await lab.lab('up', 'core-2')
  await until('its workers answer', () => lab.succeeds('core-2', 'curl -fs 127.0.0.1:8001/health'))
  const again = await playbooks.play('rolling-restart.yml')
  assert.equal(again.code, 0, again.said)
  assert.deepEqual(await upstreamLines(lab), lines)
})
