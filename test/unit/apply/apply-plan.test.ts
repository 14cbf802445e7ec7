import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applyPlan } from '../../../src/apply/apply-plan'
import type { Plan, Step } from '../../../src/plan/plan'
import { RemoteError } from '../../../src/remote/connection'
import { SimulatedHosts } from './simulated-hosts'
import { fileWith, fleet, planOf, restart, run, steps, write } from './simulated-run'
import { workerOf } from './stage'

const locked = ['lock core-1 for alice@laptop rolling-restart', 'lock core-2 for alice@laptop rolling-restart']
const drainFirst = 'drain [127.0.0.1:8001]'
const settle = 'settle []'
const released = ['core-2 done', 'core-1 done']

test('carries every step out in its order, under the lock of every machine it changes', async () => {
  const { outcome, hosts, events } = await run()
  assert.deepEqual(outcome, { kind: 'done' })
  assert.deepEqual(hosts.changes, [
    ...locked,
    drainFirst,
    'restart core-1/1',
    'drain [10.0.0.2:8001]',
    'restart core-2/1',
    settle,
  ])
  assert.equal(hosts.file, fileWith())
  assert.deepEqual(hosts.ends, released)
  const finished = events.flatMap(event => (event.kind === 'step-finished' ? [`${event.index} ${event.result}`] : []))
  assert.deepEqual(
    finished,
    steps.map((_, index) => `${index} done`),
  )
  assert.equal(events.at(-1)?.kind, 'run-finished')
})

test('does nothing, and takes no lock, where nothing is to be done', async () => {
  const { outcome, hosts } = await run(undefined, { steps: [] })
  assert.deepEqual(outcome, { kind: 'nothing-to-do' })
  assert.deepEqual(hosts.changes, [])
})

const refused: readonly { name: string; arrange?: Parameters<typeof run>[0]; plan?: Partial<Plan>; message: RegExp }[] =
  [
    {
      name: 'the plan refuses',
      plan: { refusals: [{ message: 'no other worker takes calls', remedy: 'add one' }] },
      message: /^no other worker takes calls$/,
    },
    {
      name: 'somebody else has the lock',
      arrange: hosts => {
        hosts.holders = { 'core-1': 'bob@desk' }
      },
      message:
        /^bob@desk is changing the fleet production: reload, since 2023-11-14 22:13:20 UTC by the clock of core-1$/,
    },
  ]

for (const { name, arrange, plan, message } of refused)
  test(`refuses and touches nothing: ${name}`, async () => {
    const { outcome, hosts } = await run(arrange, plan)
    assert.equal(outcome.kind, 'refused')
    assert.match(outcome.kind === 'refused' ? outcome.message : '', message)
    assert.deepEqual(hosts.changes, [])
  })

test('the lock of another machine is in other hands: those taken are given back', async () => {
  const { outcome, hosts } = await run(hosts => {
    hosts.holders = { 'core-2': 'bob@desk' }
  })
  assert.equal(outcome.kind, 'refused')
  assert.deepEqual(hosts.changes, [locked[0]])
  assert.deepEqual(hosts.ends, ['core-1 done'])
})

test("a machine that has this run's own lock is one of two names for it: that is said, and nothing is touched", async () => {
  const { outcome, hosts } = await run(hosts => {
    hosts.sameAs.set('core-2', 'core-1')
  })
  assert.equal(outcome.kind, 'refused')
  assert.match(JSON.stringify(outcome), /core-2 is the same machine as core-1, so nothing was changed/)
  assert.deepEqual(hosts.changes, [locked[0]])
  assert.deepEqual(hosts.ends, ['core-1 done'])
})

interface Broken {
  readonly name: string
  readonly arrange: Parameters<typeof run>[0]
  readonly kind: 'failed' | 'cancelled'
  readonly restored: boolean
  readonly message: RegExp
  readonly changes: readonly string[]
  /** Lines of nginx's file that stay down. */
  readonly down?: readonly string[]
  readonly ends?: readonly string[]
}

const when =
  (script: string, argument: string, then: () => void) => (_: string, name: string, args: readonly string[]) => {
    if (name === script && args.some(value => value.startsWith(argument))) then()
  }

const broken: readonly Broken[] = [
  {
    name: 'cancelled while calls are waited for',
    arrange: (hosts, cancel) => {
      hosts.worker('core-1', 1).calls = 2
      hosts.asked = () => cancel.abort()
    },
    kind: 'cancelled',
    restored: true,
    message: /^Cancelled during "Drain"\. Worker 1 of core-1 takes calls again\. 1 of 9 steps done, 8 not\./,
    changes: [drainFirst, settle],
  },
  {
    name: 'cancelled in a restart: the restart is finished, and the worker comes back',
    arrange: (hosts, cancel) => {
      hosts.before = when('unit', 'restart', () => cancel.abort())
    },
    kind: 'cancelled',
    restored: true,
    message: /^Cancelled\. Worker 1 of core-1 takes calls again/,
    changes: [drainFirst, 'restart core-1/1', settle],
  },
  {
    name: 'cancelled twice in a restart: it is not waited for',
    arrange: (hosts, cancel, abandon) => {
      hosts.before = when('unit', 'restart', () => {
        hosts.worker('core-1', 1).stopping = true
        cancel.abort()
        abandon.abort()
      })
    },
    kind: 'cancelled',
    restored: false,
    message:
      /^Cancelled during "Restart"\. Worker 1 of core-1 was left out of the upstream \(the process from before its restart/,
    changes: [drainFirst, 'settle [127.0.0.1:8001]'],
    down: ['127.0.0.1:8001'],
  },
  {
    name: 'the connection broke before the restart began: the worker serves on as it did',
    arrange: hosts => {
      hosts.before = when('unit', 'restart', () => {
        throw new RemoteError('core-1', 'run', 'The connection was lost.')
      })
    },
    kind: 'failed',
    restored: true,
    message: /^Restart: core-1: The connection was lost\. Worker 1 of core-1 takes calls again/,
    changes: [drainFirst, settle],
  },
  {
    name: 'a worker that does not come up is left out, and the others are untouched',
    arrange: hosts => {
      hosts.worker('core-1', 1).comesUp = false
    },
    kind: 'failed',
    restored: false,
    message:
      /^Ready: not healthy within 10 seconds of starting: core-1 worker 1: .*ECONNREFUSED.* Worker 1 of core-1 was left out of the upstream/,
    changes: [drainFirst, 'restart core-1/1', 'settle [127.0.0.1:8001]'],
    down: ['127.0.0.1:8001'],
  },
  {
    name: 'calls that do not end',
    arrange: hosts => {
      hosts.worker('core-2', 1).calls = 1
    },
    kind: 'failed',
    restored: true,
    message: /^Drain: core-2 worker 1 still has 1 call after draining for 60 seconds.* 5 of 9 steps done, 4 not\.$/,
    changes: [drainFirst, 'restart core-1/1', 'drain [10.0.0.2:8001]', settle],
  },
  {
    name: 'a drained worker that died while it was drained stays out',
    arrange: hosts => {
      hosts.worker('core-1', 1).running = false
      hosts.before = when('unit', 'restart', () => {
        throw new RemoteError('core-1', 'run', 'The connection was lost.')
      })
      hosts.worker('core-1', 1).comesUp = false
    },
    kind: 'failed',
    restored: false,
    message: /^Restart: core-1: The connection was lost\. Worker 1 of core-1 was left out/,
    changes: [drainFirst, 'settle [127.0.0.1:8001]'],
    down: ['127.0.0.1:8001'],
  },
  {
    name: 'a restart that is refused before it begins: the worker serves on as it did',
    arrange: hosts => {
      hosts.fails = (_, script) =>
        script === 'unit' ? { exitCode: 1, stdout: '', stderr: 'sudo: a password is required\n' } : undefined
    },
    kind: 'failed',
    restored: true,
    message:
      /^Restart: core-1: the script exited with 1: sudo: a password is required\. Worker 1 of core-1 takes calls again/,
    changes: [drainFirst, settle],
  },
  {
    name: 'nginx refuses the first file: there is nothing to bring back',
    arrange: hosts => {
      hosts.fails = (_, script) =>
        script === 'write-upstream'
          ? {
              exitCode: 78,
              stdout: 'nginx: [emerg] unknown directive "leas_conn" in /etc/nginx/up.conf:2\n',
              stderr: 'nginx -t refuses.\n',
            }
          : undefined
    },
    kind: 'failed',
    restored: true,
    message:
      /^Write: core-1: nginx rejected the configuration and keeps the old one: unknown directive "leas_conn" in \/etc\/nginx\/up\.conf:2, where the new file says "least_conn;"\. 0 of 9 steps done/,
    changes: [],
  },
  {
    name: 'somebody else changed the file between',
    arrange: hosts => {
      hosts.before = when('unit', 'restart', () => {
        hosts.file = `${hosts.file}# by hand\n`
      })
    },
    kind: 'failed',
    restored: false,
    message: /has changed since it was looked at.*guardian on core-1 has not restored/,
    changes: [drainFirst, 'restart core-1/1'],
    down: ['127.0.0.1:8001'],
    ends: ['core-1 gone', 'core-2 gone'],
  },
  {
    name: "the lock is lost: the guardian's turn, and nothing is touched any more",
    arrange: hosts => {
      hosts.worker('core-1', 1).calls = 1
      hosts.asked = () => hosts.breakLock('core-1')
    },
    kind: 'failed',
    restored: false,
    message:
      /^Drain: the lock on core-1 was lost \(The connection was lost\), so this run makes no further changes\. The guardian on core-1 has not restored/,
    changes: [drainFirst],
    down: ['127.0.0.1:8001'],
    ends: ['core-2 gone'],
  },
]

for (const { name, arrange, kind, restored, message, changes, down = [], ends = released } of broken)
  test(`ends in order: ${name}`, async () => {
    const { outcome, hosts, events } = await run(arrange)
    assert.equal(outcome.kind, kind, JSON.stringify(outcome))
    assert.ok('restored' in outcome)
    assert.match(outcome.message, message)
    assert.equal(outcome.restored, restored)
    assert.deepEqual(hosts.changes, [...locked, ...changes])
    assert.ok(hosts.file?.startsWith(fileWith(...down)), hosts.file)
    assert.deepEqual(hosts.ends.toSorted(), [...ends].toSorted())
    assert.deepEqual(events.at(-1)?.kind, 'run-finished')
    const words = 'remedy' in outcome ? `${outcome.message} ${outcome.remedy}` : outcome.message
    assert.match(words, /fleet-ops run rolling-restart fleet\.yaml/, 'it names the command to run next')
  })

test('the lock is lost, and the guardian is seen to put the upstream back', async () => {
  const { outcome, hosts } = await run(hosts => {
    hosts.worker('core-1', 1).calls = 1
    hosts.asked = () => hosts.breakLock('core-1')
    hosts.before = (_, script, args) => {
      // Asked for the upstream: the guardian has done its work by then.
      if (script === 'probe' && args[7] !== undefined) hosts.file = fileWith()
    }
  })
  assert.ok(outcome.kind === 'failed' && outcome.restored)
  assert.match(
    outcome.message,
    /The guardian on core-1 has restored \/etc\/nginx\/up\.conf to its state before the drain/,
  )
  assert.deepEqual(hosts.changes, [...locked, drainFirst])
})

test('the guardian has put the upstream back, and nginx does not load it: that is told', async () => {
  const { outcome } = await run(hosts => {
    hosts.worker('core-1', 1).calls = 1
    hosts.asked = () => hosts.breakLock('core-1')
    hosts.before = (_, script, args) => {
      if (script !== 'probe' || args[7] === undefined) return
      hosts.file = fileWith()
      hosts.unloaded = true
    }
  })
  assert.ok(outcome.kind === 'failed' && !outcome.restored)
  assert.match(
    outcome.message,
    /has restored \/etc\/nginx\/up\.conf .*, but nginx does not load it.*until then worker 1 of core-1 will get no new calls/,
  )
})

test('a plan that is no longer what is to be done is not carried out: nothing is touched, and what it would be now is told', async () => {
  const fewer = planOf({ steps: steps.slice(1) })
  const asks = planOf({ questions: ['40 calls are active now'] })
  for (const now of [fewer, asks]) {
    const { outcome, hosts } = await run(
      () => {},
      {},
      async () => now,
    )
    assert.ok(outcome.kind === 'refused', JSON.stringify(outcome))
    assert.match(outcome.message, /have changed since the plan was confirmed, so nothing was changed/)
    assert.equal(outcome.plan, now)
    assert.deepEqual(hosts.changes, locked)
    assert.deepEqual(hosts.ends, released)
  }
})

test('a plan that would be the same but for its edit and its warnings is carried out', async () => {
  const { outcome } = await run(
    () => {},
    { edits: [{ range: { start: 0, end: 0 }, newText: '# more\n' }], warnings: ['3 calls are active'] },
    async () => planOf({ warnings: ['4 calls are active'] }),
  )
  assert.deepEqual(outcome, { kind: 'done' })
})

test('what somebody else has done since it was confirmed is not done again', async () => {
  const { outcome, hosts } = await run(
    () => {},
    {},
    async () => planOf({ steps: [] }),
  )
  assert.deepEqual(outcome, { kind: 'nothing-to-do' })
  assert.deepEqual(hosts.ends, released)
})

test('cancelled while a machine does not answer for its lock, it ends at once, and gives back what is taken late', async () => {
  let answer = () => {}
  const late = new Promise<void>(done => {
    answer = done
  })
  const { outcome, hosts } = await run((hosts, cancel) => {
    hosts.before = async machine => {
      if (machine !== 'core-2') return
      cancel.abort()
      await late
    }
  })
  assert.deepEqual(outcome, { kind: 'cancelled', message: 'Cancelled before anything was changed.', restored: true })
  assert.deepEqual(hosts.ends, [])
  answer()
  await new Promise(done => setImmediate(done))
  assert.deepEqual(hosts.changes, locked)
  assert.deepEqual(hosts.ends, released)
})

test('cancelled while the servers are looked at again, it touches nothing', async () => {
  const { outcome, hosts } = await run(
    () => {},
    {},
    async cancel => {
      cancel.abort()
      throw new Error('aborted')
    },
  )
  assert.deepEqual(outcome, { kind: 'cancelled', message: 'Cancelled before anything was changed.', restored: true })
  assert.deepEqual(hosts.changes, locked)
  assert.deepEqual(hosts.ends, released)
})

test('what cannot be planned again is no matter of the lock: nothing is touched, and what happened is told', async () => {
  const { outcome, hosts } = await run(
    () => {},
    {},
    async () => {
      throw new Error('the keyring is locked')
    },
  )
  assert.deepEqual(outcome, {
    kind: 'refused',
    message: 'the servers could not be probed again: the keyring is locked',
  })
  assert.deepEqual(hosts.changes, locked)
  assert.deepEqual(hosts.ends, released)
})

test('what cannot be put back from here is left to the guardian, and what was done is told all the same', async () => {
  // A fault of the plan: the fleet has no such server, whose worker cannot be asked.
  const stranger = write([], ['127.0.0.1:8001'], [['core-9', 1]])
  const { outcome, hosts } = await run(
    hosts => {
      hosts.fails = (_, script) => (script === 'unit' ? { exitCode: 1, stdout: '', stderr: 'broken\n' } : undefined)
    },
    { steps: [stranger, restart('core-1', 1)] },
  )
  assert.ok(outcome.kind === 'failed' && !outcome.restored, JSON.stringify(outcome))
  assert.match(
    outcome.message,
    /^Restart: .*broken\. The guardian on core-1 has not restored .* 1 of 2 steps done, 1 not\.$/,
  )
  assert.deepEqual(hosts.changes, [locked[0], drainFirst])
  assert.deepEqual(hosts.ends, ['core-1 gone'])
})

test('a rollout is noted on every server of its workers, which are locked for it', async () => {
  const note = (moment: 'begins' | 'ends'): Step => ({
    kind: 'note-rollout',
    server: 'core-1',
    title: 'Note',
    moment,
    workers: [workerOf('core-1', 1), workerOf('core-2', 1)],
  })
  const { outcome, hosts } = await run(() => {}, { steps: [note('begins'), note('ends')] })
  assert.deepEqual(outcome, { kind: 'done' })
  assert.deepEqual(hosts.changes, [
    ...locked,
    ...['begins', 'ends'].flatMap(moment =>
      ['core-1', 'core-2'].map(server => `note ${server} ${moment} voxcore@1.service`),
    ),
  ])
})

test('a note that fails on one server ends the run only when the others have made theirs', async () => {
  const note: Step = {
    kind: 'note-rollout',
    server: 'core-1',
    title: 'Note',
    moment: 'begins',
    workers: [workerOf('core-1', 1), workerOf('core-2', 1)],
  }
  const { outcome, hosts } = await run(
    hosts => {
      hosts.before = async (machine, script) => {
        if (script !== 'note-rollout' || machine !== 'core-2') return
        for (let turn = 0; turn < 20; turn++) await new Promise(done => setImmediate(done))
      }
      hosts.fails = (machine, script) =>
        script === 'note-rollout' && machine === 'core-1' ? { exitCode: 1, stdout: '', stderr: 'full\n' } : undefined
    },
    { steps: [note] },
  )
  assert.equal(outcome.kind, 'failed')
  assert.deepEqual(hosts.changes, [...locked, 'note core-2 begins voxcore@1.service'])
})

test('what nginx warns of is shown, and not that all is well', async () => {
  const { events, outcome } = await run(
    hosts => {
      hosts.fails = (_, script) => {
        if (script !== 'reload') return undefined
        const well = 'nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\n'
        return { exitCode: 0, stdout: `nginx: [warn] conflicting server name "x"\n${well}result=done\n`, stderr: '' }
      }
    },
    { steps: [{ kind: 'reload', server: 'core-1', title: 'Reload' }] },
  )
  assert.deepEqual(outcome, { kind: 'done' })
  const lines = events.flatMap(event => (event.kind === 'output' ? [event.line] : []))
  assert.deepEqual(lines, ['nginx: [warn] conflicting server name "x"'])
})

test('a listener that fails does not fail the run', async () => {
  const hosts = new SimulatedHosts(fleet, fileWith())
  const onEvent = () => {
    throw new Error('the terminal is closed')
  }
  const outcome = await applyPlan(planOf(), {
    fleet,
    connections: hosts,
    planAgain: async () => planOf(),
    signal: new AbortController().signal,
    owner: 'alice@laptop',
    onEvent,
    clock: { now: () => 0, sleep: async () => {} },
  })
  assert.deepEqual(outcome, { kind: 'done' })
})

test('the journal of a worker that does not come up is shown', async () => {
  const { events } = await run(hosts => {
    hosts.worker('core-1', 1).comesUp = false
  })
  const lines = events.flatMap(event => (event.kind === 'output' ? [event.line] : []))
  assert.ok(lines.includes('journal of voxcore@1.service'), lines.join('\n'))
})

test('an edit of fleet.yaml stays after a failure, and that is said', async () => {
  const { outcome } = await run(
    hosts => {
      hosts.worker('core-1', 1).calls = 1
    },
    { edits: [{ range: { start: 0, end: 0 }, newText: '# more\n' }] },
  )
  assert.match('message' in outcome ? outcome.message : '', /the edit of fleet\.yaml is kept/)
})
