import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { begun, type CommandLine, fleetOps } from '../fixture/command-line'
import { nginxServes, until, upstreamLines, workerPids } from '../fixture/hosts'
import { freshLab, type Lab } from '../fixture/lab'
import { type Operator, operatorOf } from '../fixture/session'
import { dropIn, noDropIn } from './fault'
import { eventually, ids, pretend, quickRollout } from './try-faults'

/** What becomes of the machine that the run was started from. The command line is a process of its own, so that it can be killed. */
export interface ClientFault {
  readonly name: string
  readonly ends: string
  /** The exit code of the command line, or – where it has none. */
  readonly exit: number | '–'
  readonly try: (context: TestContext) => Promise<void>
}

interface Victim {
  readonly lab: Lab
  readonly operator: Operator
  readonly client: CommandLine
  readonly lines: readonly string[]
  readonly pids: readonly number[]
}

const rollingRestart = (operator: Operator) =>
  fleetOps('run', 'rolling-restart', '--server', 'core-2', operator.path, '--yes')

/** A rolling restart of core-2 that has just said something like this. */
async function caughtAt(
  pattern: RegExp,
  context: TestContext,
  prepare: (lab: Lab) => Promise<unknown> = async () => {},
): Promise<Victim> {
  const lab = await freshLab()
  const operator = await operatorOf(lab, { workers: { 'core-1': 2, 'core-2': 2 }, rollout: quickRollout })
  context.after(() => operator.leave())
  assert.equal((await operator.run('reload')).outcome.kind, 'done')
  const [lines, pids] = [await upstreamLines(lab), await workerPids(lab, 'core-2', ids)]
  await prepare(lab)
  const client = rollingRestart(operator)
  context.after(() => client.process.kill('SIGKILL'))
  await client.says(pattern)
  return { lab, operator, client, lines, pids }
}

/** Its first worker is drained, and has two calls that do not end. */
async function inDrain(context: TestContext): Promise<Victim> {
  const victim = await caughtAt(/2 calls left/, context, lab => pretend(lab, 'core-2', 1, { calls: 2 }))
  assert.notDeepEqual(await upstreamLines(victim.lab), victim.lines)
  return victim
}

/**
 * The four: nginx serves, nobody is left drained, only these workers were restarted, and the same command reaches the goal without
 * restarting those again.
 */
async function allIsWell({ lab, operator, lines, pids }: Victim, restarted: readonly number[] = []): Promise<void> {
  await eventually(async () => assert.deepEqual(await upstreamLines(lab), lines))
  assert.ok(await nginxServes(lab))
  const between = await workerPids(lab, 'core-2', ids)
  for (const [index, id] of ids.entries())
    assert.equal(between[index] !== pids[index], restarted.includes(id), `worker ${id} was restarted or not`)
  await pretend(lab, 'core-2', 1, {})
  // The guardian may still have the lock, though the file is as it was.
  await eventually(async () => {
    const again = rollingRestart(operator)
    assert.equal(await again.ended, 0, again.said())
  })
  assert.deepEqual(await upstreamLines(lab), lines)
  const now = await workerPids(lab, 'core-2', ids)
  for (const [index, id] of ids.entries()) {
    assert.ok(now[index] && now[index] !== pids[index], `worker ${id} is a new process`)
    if (restarted.includes(id)) assert.equal(now[index], between[index], `worker ${id} was not restarted twice`)
  }
}

const killedAt = (
  when: string,
  step: string,
  restarted: readonly number[],
  moment: (lab: Lab) => Promise<unknown> = async () => {},
): ClientFault => ({
  name: `the client is killed ${when}`,
  ends: 'the guardian restores',
  exit: '–',
  async try(context) {
    // A restart takes a while, so that it can be caught in the middle.
    const victim = await caughtAt(begun(step), context, lab =>
      dropIn({ lab }, 'core-2', 'voxcore@1', 'ExecStop=/bin/sleep 2'),
    )
    await moment(victim.lab)
    victim.client.process.kill('SIGKILL')
    await victim.client.ended
    await eventually(async () => {
      const now = await workerPids(victim.lab, 'core-2', ids)
      for (const id of restarted) assert.ok(now[id - 1] && now[id - 1] !== victim.pids[id - 1])
    })
    await noDropIn({ lab: victim.lab }, 'core-2', 'voxcore@1')
    await allIsWell(victim, restarted)
  },
})

/** What happens in a drain, until the client has ended or is to end by itself. */
interface DrainFault extends Omit<ClientFault, 'try'> {
  readonly strike: (victim: Victim) => Promise<unknown>
  /** The exit code of the client itself, where the row tells another's. */
  readonly own?: number
  /** What the operator reads. */
  readonly says?: RegExp
}

const restored = ({ lab, lines }: Victim) => eventually(async () => assert.deepEqual(await upstreamLines(lab), lines))
const killGuardian = ({ lab }: Victim) => lab.shell('core-1', 'systemctl kill -s KILL "fleet-ops-guardian-*"')
const putSshdToSleep = ({ lab }: Victim) => lab.shell('core-1', 'pkill -STOP -x sshd')
const wakeSshd = ({ lab }: Victim) => lab.shell('core-1', 'pkill -CONT -x sshd')
const callsEnd = ({ lab }: Victim) => pretend(lab, 'core-2', 1, {})

/** Whoever cancels waits no longer than this, in seconds, until the program has ended. */
const longestCancel = 10

const drainFaults: readonly DrainFault[] = [
  {
    name: 'the client is killed in a drain',
    ends: 'the guardian restores',
    exit: '–',
    strike: async ({ client }) => client.process.kill('SIGKILL'),
  },
  {
    name: 'the client and its guardian are killed in a drain',
    ends: 'another guardian restores',
    exit: '–',
    async strike(victim) {
      await killGuardian(victim)
      victim.client.process.kill('SIGKILL')
    },
  },
  {
    name: 'the client is told to end (SIGTERM) in a drain',
    ends: 'cancelled',
    exit: 130,
    strike: async ({ client }) => client.process.kill('SIGTERM'),
  },
  {
    name: "the client is told to end (SIGINT) in a drain while the load balancer's sshd is asleep (SIGSTOP)",
    ends: 'cancelled; the guardian restores',
    exit: 130,
    async strike(victim) {
      await putSshdToSleep(victim)
      const began = performance.now()
      victim.client.process.kill('SIGINT')
      await victim.client.ended
      const seconds = (performance.now() - began) / 1000
      assert.ok(seconds < longestCancel, `it ended after ${seconds} s`)
      await restored(victim)
      await wakeSshd(victim)
    },
    says: /the guardian on core-1 restores/,
  },
  {
    name: 'the client falls asleep in a drain, and wakes up after 30 s',
    ends: 'failed; the guardian restored',
    exit: 1,
    async strike(victim) {
      victim.client.process.kill('SIGSTOP')
      await restored(victim)
      victim.client.process.kill('SIGCONT')
    },
    // The drain's own time is over as well when it wakes up: either may be noticed first.
    says: /the lock on core-[12] was lost|The guardian on core-1 has restored .* to its state before the drain/,
  },
  {
    name: "the client's cable to the load balancer is cut in a drain",
    ends: 'failed; the guardian restored',
    exit: 1,
    async strike(victim) {
      await victim.lab.lab('cut', 'core-1')
      // From inside: nobody else sees the host now.
      await restored(victim)
      await victim.lab.lab('mend', 'core-1')
    },
    says: /The guardian on core-1 has restored .* to its state before the drain/,
  },
  {
    name: "the load balancer's sshd is asleep (SIGSTOP) in a drain",
    ends: 'failed; the guardian restored',
    exit: 1,
    async strike(victim) {
      await putSshdToSleep(victim)
      await restored(victim)
      await wakeSshd(victim)
    },
  },
  {
    name: 'the load balancer loses power in a drain, and boots again',
    ends: 'failed; restored at boot',
    exit: 1,
    async strike({ lab }) {
      await lab.lab('crash', 'core-1')
      await lab.lab('up', 'core-1', 'core-2')
    },
  },
  {
    name: 'the guardian is killed in a drain',
    ends: 'done: another takes its place',
    exit: 0,
    async strike(victim) {
      await killGuardian(victim)
      // The lock's script hears of it with the next beat.
      const isHeld = '! flock -n /run/fleet-ops/lab/lock true'
      await eventually(async () => assert.ok(await victim.lab.succeeds('core-1', isHeld)))
      await callsEnd(victim)
    },
  },
  {
    name: 'a second operator comes in a drain',
    ends: 'refused; the first goes on',
    exit: 3,
    own: 0,
    async strike(victim) {
      const second = fleetOps('run', 'reload', victim.operator.path, '--yes')
      assert.equal(await second.ended, 3, second.said())
      assert.match(second.said(), /is changing the fleet lab: rolling-restart, since/)
      await callsEnd(victim)
    },
  },
]

const inDrainOf = ({ strike, says, own, ...fault }: DrainFault): ClientFault => ({
  ...fault,
  async try(context) {
    const victim = await inDrain(context)
    await strike(victim)
    const { lab, client, lines } = victim
    const exit = own ?? fault.exit
    if (exit !== '–') assert.equal(await client.ended, exit, client.said())
    if (says) assert.match(client.said(), says)
    if (exit === 0) assert.deepEqual(await upstreamLines(lab), lines)
    else await allIsWell(victim)
  },
})

export const clientFaults: readonly ClientFault[] = [
  killedAt('while the rollout is noted', 'Record on core-2 that the rollout begins', []),
  killedAt('while the upstream is written', 'Drain worker 1 of core-2', []),
  killedAt('in a restart', 'Restart worker 1 of core-2', [1], lab =>
    until('systemd stops the worker', async () =>
      /deactivating/.test(await lab.shell('core-2', 'systemctl is-active voxcore@1 || true')),
    ),
  ),
  killedAt('while a worker gets ready', 'Wait until worker 1 of core-2 is healthy', [1]),
  killedAt('between two workers', 'Bring back worker 1 of core-2 and drain worker 2 of core-2', [1]),
  killedAt('while the last worker is brought back', 'Bring back worker 2 of core-2', [1, 2]),
  ...drainFaults.map(inDrainOf),
]
