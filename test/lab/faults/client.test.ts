import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type CommandLine, fleetOps } from '../fixture/command-line'
import { nginxServes, upstreamLines, workerPids } from '../fixture/hosts'
import { freshLab, type Lab } from '../fixture/lab'
import { type Operator, operatorOf } from '../fixture/session'
import { eventually, ids, pretend, quickRollout } from './try-faults'

// What becomes of the machine that the run was started from. The command line is a process of its own, so that it can be killed.

interface Victim {
  readonly lab: Lab
  readonly operator: Operator
  readonly client: CommandLine
  readonly lines: readonly string[]
  readonly pids: readonly number[]
}

const rollingRestart = (operator: Operator) =>
  fleetOps('run', 'rolling-restart', '--server', 'core-2', operator.path, '--yes')

/** A rolling restart of core-2 that has drained its first worker, and waits for a call to end. */
async function inDrain(context: TestContext): Promise<Victim> {
  const lab = await freshLab()
  const operator = await operatorOf(lab, { workers: { 'core-1': 2, 'core-2': 2 }, rollout: quickRollout })
  context.after(() => operator.leave())
  assert.equal((await operator.run('reload')).outcome.kind, 'done')
  const [lines, pids] = [await upstreamLines(lab), await workerPids(lab, 'core-2', ids)]
  await pretend(lab, 'core-2', 1, { calls: 2 })
  const client = rollingRestart(operator)
  context.after(() => client.process.kill('SIGKILL'))
  await client.says(/2 calls left/)
  assert.notDeepEqual(await upstreamLines(lab), lines)
  return { lab, operator, client, lines, pids }
}

/** The four: nginx serves, nobody is left drained, nothing was restarted meanwhile, and the same command reaches the goal. */
async function allIsWell({ lab, operator, lines, pids }: Victim): Promise<void> {
  await eventually(async () => assert.deepEqual(await upstreamLines(lab), lines))
  assert.ok(await nginxServes(lab))
  assert.deepEqual(await workerPids(lab, 'core-2', ids), pids)
  await pretend(lab, 'core-2', 1, {})
  const again = rollingRestart(operator)
  assert.equal(await again.ended, 0, again.said())
  assert.deepEqual(await upstreamLines(lab), lines)
  assert.ok((await workerPids(lab, 'core-2', ids)).every((pid, index) => pid > 0 && pid !== pids[index]))
}

test('the client is killed in a drain', async context => {
  const victim = await inDrain(context)
  victim.client.process.kill('SIGKILL')
  await allIsWell(victim)
})

test('the client is told to end (SIGTERM) in a drain', async context => {
  const victim = await inDrain(context)
  victim.client.process.kill('SIGTERM')
  assert.equal(await victim.client.ended, 130, victim.client.said())
  await allIsWell(victim)
})

test('the client falls asleep in a drain, wakes up after the guardian has put things back, and changes nothing', async context => {
  const victim = await inDrain(context)
  victim.client.process.kill('SIGSTOP')
  const began = performance.now()
  await eventually(async () => assert.deepEqual(await upstreamLines(victim.lab), victim.lines))
  context.diagnostic(`put back after ${Math.round((performance.now() - began) / 1000)} s of silence`)
  victim.client.process.kill('SIGCONT')
  assert.equal(await victim.client.ended, 1, victim.client.said())
  assert.match(victim.client.said(), /the lock on core-[12] was lost/)
  await allIsWell(victim)
})

test("the client's cable to the load balancer is cut in a drain", async context => {
  const victim = await inDrain(context)
  await victim.lab.lab('cut', 'core-1')
  // From inside: nobody else sees the host now.
  await eventually(async () => assert.deepEqual(await upstreamLines(victim.lab), victim.lines))
  await victim.lab.lab('mend', 'core-1')
  assert.equal(await victim.client.ended, 1, victim.client.said())
  assert.match(victim.client.said(), /The guardian on core-1 has put .* back as it was before the drain/)
  await allIsWell(victim)
})

test('the load balancer loses power in a drain, and boots again with its upstream put back', async context => {
  const victim = await inDrain(context)
  await victim.lab.lab('crash', 'core-1')
  await victim.lab.lab('up', 'core-1', 'core-2')
  assert.equal(await victim.client.ended, 1, victim.client.said())
  await allIsWell(victim)
})

test('the guardian is killed in a drain: another takes its place, and the run goes on', async context => {
  const { lab, client, lines } = await inDrain(context)
  await lab.shell('core-1', 'systemctl kill -s KILL "fleet-ops-guardian-*"')
  // The lock's script hears of it with the next beat.
  await new Promise(done => setTimeout(done, 6_000))
  await pretend(lab, 'core-2', 1, {})
  assert.equal(await client.ended, 0, client.said())
  assert.deepEqual(await upstreamLines(lab), lines)
})

test('a second operator in a drain is refused, and the first is not disturbed', async context => {
  const { lab, operator, client, lines } = await inDrain(context)
  const second = fleetOps('run', 'reload', operator.path, '--yes')
  assert.equal(await second.ended, 3, second.said())
  assert.match(second.said(), /is changing the fleet lab: rolling-restart, since/)
  await pretend(lab, 'core-2', 1, {})
  assert.equal(await client.ended, 0, client.said())
  assert.deepEqual(await upstreamLines(lab), lines)
})
