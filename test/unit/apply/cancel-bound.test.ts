import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Plan } from '../../../src/plan/plan'
import type { ScriptName } from '../../../src/remote/scripts'
import { fileWith, run, steps } from './simulated-run'
import { workerOf } from './stage'

/** Milliseconds within which a run that is cancelled ends; what is left of 10 s is for its connections to close. */
const bound = 9_000
const longRestart = 60_000

interface Silence {
  readonly name: string
  readonly arrange: NonNullable<Parameters<typeof run>[0]>
  readonly planned?: Partial<Plan>
  readonly says: RegExp
  readonly restored: boolean
  /** Milliseconds that the restart takes which is under way. */
  readonly restarting?: number
}

/** At the nth run of a script a machine falls silent, and the operator cancels. */
const silentAt =
  (silent: string, script: ScriptName, nth = 1): Silence['arrange'] =>
  (hosts, cancel) => {
    let seen = 0
    hosts.before = (_, name) => {
      if (name !== script || ++seen !== nth) return
      hosts.silent.add(silent)
      cancel.abort()
    }
  }

/** While calls are waited for, a machine falls silent, and the operator cancels. */
const silentInDrain =
  (silent: string, server: string): Silence['arrange'] =>
  (hosts, cancel) => {
    hosts.worker(server, 1).calls = 2
    let asked = 0
    hosts.asked = () => {
      if (++asked !== 8) return
      hosts.silent.add(silent)
      cancel.abort()
    }
  }

const silences: readonly Silence[] = [
  {
    name: 'the load balancer, in the first write',
    arrange: silentAt('core-1', 'write-upstream'),
    says: /^Cancelled during "Write"\. Worker 1 of core-1 could not be brought back from this machine \(core-1 has not said whether \/etc\/nginx\/up\.conf was written\); the guardian on core-1 restores .* It is not known whether that was done: core-1 did not answer\. 0 of 9 steps done/,
    restored: false,
  },
  {
    name: 'the load balancer, while one worker is brought back and the next is drained',
    arrange: silentAt('core-1', 'write-upstream', 2),
    says: /Worker 1 of core-1 and worker 1 of core-2 could not be brought back from this machine/,
    restored: false,
  },
  {
    name: 'the load balancer, in the last write',
    arrange: silentAt('core-1', 'write-upstream', 3),
    says: /Worker 1 of core-2 could not be brought back from this machine.* 8 of 9 steps done/,
    restored: false,
  },
  {
    name: 'the load balancer, in a write that drains nobody',
    arrange: silentAt('core-1', 'write-upstream'),
    planned: { steps: [{ ...steps[0], draining: [] } as (typeof steps)[0]] },
    says: /If the write of \/etc\/nginx\/up\.conf does not finish, the guardian on core-1 undoes it/,
    restored: true,
  },
  {
    name: 'the load balancer, in a reload',
    arrange: silentAt('core-1', 'reload'),
    planned: { steps: [{ kind: 'reload', server: 'core-1', title: 'Reload' }] },
    says: /^Cancelled during "Reload"\. It is not known whether that was done: core-1 did not answer/,
    restored: true,
  },
  {
    name: 'the load balancer, in a drain',
    arrange: silentInDrain('core-1', 'core-2'),
    says: /Worker 1 of core-2 could not be brought back from this machine \(core-1 has not answered\)/,
    restored: false,
  },
  {
    name: "a worker's host, in a drain",
    arrange: silentInDrain('core-2', 'core-2'),
    says: /Worker 1 of core-2 takes calls again/,
    restored: true,
  },
  {
    name: "a worker's host, while a rollout is noted",
    arrange: silentAt('core-2', 'note-rollout', 2),
    planned: {
      steps: [
        {
          kind: 'note-rollout',
          server: 'core-1',
          title: 'Note',
          moment: 'begins',
          workers: [workerOf('core-1', 1), workerOf('core-2', 1)],
        },
      ],
    },
    says: /It is not known whether that was done: core-2 did not answer/,
    restored: true,
  },
  {
    name: "a worker's host, once its worker has been restarted",
    arrange: (hosts, cancel) => {
      let restarts = 0
      hosts.asked = () => {
        if (restarts < 2 || cancel.signal.aborted) return
        hosts.silent.add('core-2')
        cancel.abort()
      }
      hosts.before = (_, script) => {
        if (script === 'unit') restarts++
      }
    },
    says: /Worker 1 of core-2 was left out of the upstream \(it has not answered yet\)/,
    restored: false,
  },
  {
    name: "a worker's host, after a restart that took a minute",
    arrange: (hosts, cancel, _, clock) => {
      hosts.before = async (machine, script) => {
        if (script !== 'unit' || machine !== 'core-2') return
        cancel.abort()
        await clock.sleep(longRestart)
        hosts.asked = () => hosts.silent.add('core-2')
      }
    },
    restarting: longRestart,
    says: /Worker 1 of core-2 was left out of the upstream \(it has not answered yet\)/,
    restored: false,
  },
  {
    name: 'the load balancer, in a restart that is not waited for any more',
    arrange: (hosts, cancel, abandon) => {
      hosts.before = async (machine, script) => {
        if (script !== 'unit' || machine !== 'core-2') return
        for (const silent of ['core-1', 'core-2']) hosts.silent.add(silent)
        cancel.abort()
        abandon.abort()
      }
    },
    says: /Worker 1 of core-2 could not be brought back from this machine/,
    restored: false,
  },
]

for (const { name, arrange, planned, says, restored, restarting = 0 } of silences)
  test(`a cancel is bounded when a machine falls silent: ${name}`, async () => {
    const { outcome, hosts, afterCancel } = await run(arrange, planned)
    await hosts.dispose()
    assert.ok(outcome.kind === 'cancelled', JSON.stringify(outcome))
    assert.match(outcome.message, says)
    assert.equal(outcome.restored, restored)
    assert.ok(afterCancel >= restarting && afterCancel <= restarting + bound, `${afterCancel} ms`)
  })

test('a cancel is bounded while the servers are looked at again, and do not answer', async () => {
  let fallSilent = () => {}
  const { outcome, hosts, afterCancel } = await run(
    arranged => {
      fallSilent = () => void arranged.silent.add('core-1').add('core-2')
    },
    {},
    cancel => {
      fallSilent()
      cancel.abort()
      return new Promise(() => {})
    },
  )
  await hosts.dispose()
  assert.deepEqual(outcome, { kind: 'cancelled', message: 'Cancelled before anything was changed.', restored: true })
  assert.equal(hosts.file, fileWith())
  assert.ok(afterCancel <= bound, `${afterCancel} ms`)
})

test('a cancel is bounded while the guardian is awaited', async () => {
  const { outcome, hosts, afterCancel } = await run((hosts, cancel) => {
    hosts.worker('core-1', 1).calls = 1
    hosts.asked = () => hosts.breakLock('core-1')
    hosts.before = (_, script, args) => {
      if (script !== 'probe' || args[7] === undefined) return
      hosts.silent.add('core-1')
      cancel.abort()
    }
  })
  await hosts.dispose()
  assert.ok(outcome.kind === 'failed' && !outcome.restored, JSON.stringify(outcome))
  assert.match(outcome.message, /the guardian on core-1 restores/)
  assert.ok(afterCancel <= bound, `${afterCancel} ms`)
})

test('a run that nobody cancels waits for as long as it takes', async () => {
  const { outcome } = await run((hosts, _cancel, _abandon, clock) => {
    hosts.before = async (_machine, script) => {
      if (script === 'write-upstream') await clock.sleep(longRestart)
    }
  })
  assert.deepEqual(outcome, { kind: 'done' })
})
