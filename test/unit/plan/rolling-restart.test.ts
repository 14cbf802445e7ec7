import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WriteUpstreamStep } from '../../../src/plan/plan'
import { restart } from '../../../src/plan/restart'
import { rollingRestart } from '../../../src/plan/rolling-restart'
import { busy, dying, fixture, hung, planOf, stopped } from './situation'
import { downLines, reloadsOf, told, toldChanges, toldSteps } from './told'

const yaml = fixture('two-servers.fleet.yaml')
const live = fixture('two-servers.conf')

const writesOf = (steps: readonly { kind: string }[]) =>
  steps.filter(step => step.kind === 'write-upstream') as WriteUpstreamStep[]

test('a server is restarted worker by worker: each is drained, waited for, restarted and brought back', () => {
  const plan = planOf(rollingRestart, { server: 'core-1' }, yaml, live)
  assert.equal(plan.title, 'Rolling restart of core-1')
  assert.deepEqual(plan.refusals, [])
  assert.deepEqual(plan.warnings, [])
  assert.deepEqual(toldChanges(plan), [
    'write 127.0.0.1:8001',
    'drained core-1/1',
    'restart core-1/1',
    'ready core-1/1',
    'write 127.0.0.1:8002',
    'drained core-1/2',
    'restart core-1/2',
    'ready core-1/2',
    'write 127.0.0.1:8003',
    'drained core-1/3',
    'restart core-1/3',
    'ready core-1/3',
    'write 127.0.0.1:8004',
    'drained core-1/4',
    'restart core-1/4',
    'ready core-1/4',
    'write -',
  ])
})

test('N batches take N + 1 reloads, whatever the batch', () => {
  const table = [
    ['1', 9],
    ['2', 5],
    ['3', 4],
    ['4', 3],
    ['25%', 5],
    ['50%', 3],
  ] as const
  for (const [batch, reloads] of table) {
    const plan = planOf(rollingRestart, {}, `${yaml}rollout: { batch: ${batch} }\n`, live)
    assert.deepEqual(plan.refusals, [], batch)
    assert.equal(reloadsOf(plan), reloads, batch)
  }
})

test('each file starts from the one before, marks just its batch, and the last is the file as it was found', () => {
  const writes = writesOf(planOf(rollingRestart, {}, `${yaml}rollout: { batch: 2 }\n`, live).steps)
  assert.equal(writes[0]?.before, live)
  for (const [index, write] of writes.entries()) {
    if (index > 0) assert.equal(write.before, writes[index - 1]?.text)
    const marked = write.draining.map(worker => worker.id)
    assert.deepEqual(marked, index < 4 ? [index + 1, index + 1] : [])
    assert.deepEqual(
      downLines(write.text),
      marked.map((id, one) => `${one === 0 ? '127.0.0.1' : '10.0.0.2'}:${8000 + id}`),
    )
    const unmarked = write.text.replaceAll(/ down;/g, ';')
    assert.equal(unmarked, live, 'nothing else in the file is touched')
  }
  assert.equal(writes.at(-1)?.text, live)
})

test('a batch takes workers of different servers', () => {
  const plan = planOf(rollingRestart, {}, `${yaml}rollout: { batch: 2 }\n`, live)
  assert.deepEqual(
    plan.steps.filter(step => step.kind === 'wait-drained').map(told),
    [1, 2, 3, 4].map(id => `drained core-1/${id} core-2/${id}`),
  )
})

test('a worker that fleet.yaml has marked down stays down, and is restarted', () => {
  const marked = live.replace('server 10.0.0.2:8002;', 'server 10.0.0.2:8002 down;')
  const said = yaml.replace(/(core-2: \{.*?) \}/, '$1, worker_options: { 2: { down: true } } }')
  const plan = planOf(rollingRestart, { server: 'core-2' }, said, marked)
  assert.match(plan.warnings.join(), /fleet\.yaml has worker 2 of core-2 marked down: restarted, and left down/)
  assert.deepEqual(toldChanges(plan).slice(0, 4), [
    'drained core-2/2',
    'restart core-2/2',
    'ready core-2/2',
    'write 10.0.0.2:8001 10.0.0.2:8002',
  ])
  for (const write of writesOf(plan.steps)) assert.ok(downLines(write.text).includes('10.0.0.2:8002'))
  assert.equal(writesOf(plan.steps).at(-1)?.text, marked)
  assert.equal(reloadsOf(plan), 4)
})

test('a worker that a failed run left out goes first, and comes back before the next is drained', () => {
  const marked = live.replace('server 10.0.0.2:8002;', 'server 10.0.0.2:8002 down;')
  const plan = planOf(rollingRestart, { server: 'core-2' }, yaml, marked)
  assert.match(plan.warnings.join(), /worker 2 of core-2 marked down but fleet\.yaml does not: brought back/)
  assert.deepEqual(toldChanges(plan).slice(0, 6), [
    'drained core-2/2',
    'restart core-2/2',
    'ready core-2/2',
    'reachable core-2/2',
    'write -',
    'write 10.0.0.2:8001',
  ])
  const [back] = writesOf(plan.steps)
  assert.equal(back?.text, live)
  assert.deepEqual(back?.draining, [])
  assert.equal(writesOf(plan.steps).at(-1)?.text, live)
})

test('the only worker asked for was left out: it is restarted and comes back', () => {
  const marked = live.replace('server 10.0.0.2:8002;', 'server 10.0.0.2:8002 down;')
  const plan = planOf(rollingRestart, { server: 'core-2', worker: 2 }, yaml, marked)
  assert.deepEqual(toldChanges(plan), [
    'drained core-2/2',
    'restart core-2/2',
    'ready core-2/2',
    'reachable core-2/2',
    'write -',
  ])
})

test('workers that serve nobody go first, and one that does not run is started without waiting for calls', () => {
  const plan = planOf(rollingRestart, { server: 'core-1' }, yaml, live, { workers: { 'core-1/3': stopped } })
  assert.deepEqual(toldChanges(plan).slice(0, 4), [
    'write 127.0.0.1:8003',
    'restart core-1/3',
    'ready core-1/3',
    'write 127.0.0.1:8001',
  ])
  assert.equal(plan.steps.find(step => step.kind === 'restart-worker')?.title, 'Start worker 3 of core-1')
})

test('a worker that is not in the upstream is restarted and not added', () => {
  const without = live.replace('    server 127.0.0.1:8004;\n', '')
  const plan = planOf(rollingRestart, { server: 'core-1', worker: 4 }, yaml, without)
  assert.match(plan.warnings.join(), /does not have worker 4 of core-1/)
  assert.deepEqual(toldChanges(plan), ['drained core-1/4', 'restart core-1/4', 'ready core-1/4'])
})

test('a worker that hangs is restarted when the drain timeout is over, with a warning', () => {
  const plan = planOf(rollingRestart, { server: 'core-1', worker: 2 }, yaml, live, { workers: { 'core-1/2': hung } })
  assert.match(plan.warnings.join(), /worker 2 of core-1 is running but not answering \/health/)
  const wait = plan.steps.find(step => step.kind === 'wait-drained')
  assert.equal(wait?.kind === 'wait-drained' && wait.onTimeout, 'restart')
})

test('where none that runs answers, fleet.yaml is what may be wrong, and the plan says so', () => {
  const wrongPort = Object.fromEntries(
    ['core-1', 'core-2'].flatMap(server => [1, 2, 3, 4].map(id => [`${server}/${id}`, hung])),
  )
  const said =
    /none of the (\d) running workers answers where fleet\.yaml says: if they do handle calls, correct service\.port/
  const { warnings } = planOf(restart, { server: 'core-1', worker: 2 }, yaml, live, { workers: wrongPort })
  assert.equal(said.exec(warnings.join('\n'))?.[1], '8')
  const one = { ...wrongPort, 'core-2/4': busy(0) }
  assert.doesNotMatch(
    planOf(restart, { server: 'core-1', worker: 2 }, yaml, live, { workers: one }).warnings.join(),
    said,
  )
})

test('a worker whose process has died has no calls to wait for', () => {
  const plan = planOf(rollingRestart, { server: 'core-1', worker: 2 }, yaml, live, { workers: { 'core-1/2': dying } })
  assert.deepEqual(toldChanges(plan), ['write 127.0.0.1:8002', 'restart core-1/2', 'ready core-1/2', 'write -'])
})

test('what the rollout says is in the steps: timeouts, checks, pauses between batches, quiet before each', () => {
  const plan = planOf(rollingRestart, {}, fixture('sockets.fleet.yaml'), fixture('sockets.conf'))
  assert.deepEqual(plan.refusals, [])
  const [one, two] = [
    [1, 3, 5],
    [2, 4, 6],
  ].map(ids => ids.map(id => `unix:/tmp/callcore_${id}.sock`).join(' '))
  assert.deepEqual(toldChanges(plan), [
    'calls 3',
    `write ${one}`,
    'drained old-1/1 old-1/3 old-1/5',
    'restart old-1/1',
    'restart old-1/3',
    'restart old-1/5',
    'ready old-1/1 old-1/3 old-1/5',
    'write -',
    'pause 5',
    'calls 3',
    `write ${two}`,
    'drained old-1/2 old-1/4 old-1/6',
    'restart old-1/2',
    'restart old-1/4',
    'restart old-1/6',
    'ready old-1/2 old-1/4 old-1/6',
    'write -',
  ])
  const drained = plan.steps.find(step => step.kind === 'wait-drained')
  assert.deepEqual(drained?.kind === 'wait-drained' && [drained.timeoutSeconds, drained.onTimeout], [120, 'restart'])
  const ready = plan.steps.find(step => step.kind === 'wait-ready')
  assert.deepEqual(ready?.kind === 'wait-ready' && [ready.timeoutSeconds, ready.checks], [30, 3])
})

test('no batch is kept from calls while the rollout pauses or waits for quiet', () => {
  const table = [
    ['max_active_calls: 35', ['calls 35', 'write 127.0.0.1:8001']],
    ['pause: 5s', ['pause 5', 'write 127.0.0.1:8001']],
  ] as const
  for (const [key, between] of table) {
    const plan = planOf(rollingRestart, { server: 'core-1' }, `${yaml}rollout: { ${key} }\n`, live)
    const steps = toldChanges(plan)
    assert.equal(reloadsOf(plan), 8, key)
    assert.ok(
      steps.every((step, index) => !/^(calls|pause)/.test(step) || [undefined, 'write -'].includes(steps[index - 1])),
    )
    assert.deepEqual(steps.slice(0, 1), key === 'pause: 5s' ? between.slice(1) : between.slice(0, 1))
    const writes = writesOf(plan.steps)
    for (const [index, write] of writes.entries()) {
      assert.equal(write.before, index === 0 ? live : writes[index - 1]?.text)
      assert.equal(write.draining.length, index % 2 === 0 ? 1 : 0)
    }
    assert.equal(writes.at(-1)?.text, live)
  }
})

test('workers that take no call as they are are restarted without waiting for quiet, and no room is asked about', () => {
  const calls = Object.fromEntries([2, 3, 4].map(id => [`core-1/${id}`, busy(5)]))
  const plan = planOf(
    rollingRestart,
    { server: 'core-1', worker: 1 },
    `${yaml}rollout: { max_active_calls: 1 }\n`,
    live,
    {
      workers: { ...calls, 'core-1/1': hung },
    },
  )
  assert.deepEqual(toldChanges(plan)[0], 'write 127.0.0.1:8001')
  const full = Object.fromEntries(
    ['core-1', 'core-2'].flatMap(server => [1, 2, 3, 4].map(id => [`${server}/${id}`, busy(5, 4)])),
  )
  assert.deepEqual(
    planOf(rollingRestart, { server: 'core-1', worker: 1 }, yaml, live, { workers: { ...full, 'core-1/1': hung } })
      .questions,
    [],
  )
})

test('what forbids it is refused, with a way out, and then there are no steps', () => {
  const table = [
    [
      'the server is unreachable',
      {},
      live,
      { unreachable: ['core-1'] },
      /^core-1 cannot be reached: connection timed out$/,
      /cable/,
    ],
    [
      'the load balancer is unreachable',
      {},
      live,
      { loadBalancerUnreachable: true },
      /^core-1 cannot be reached/,
      /cable/,
    ],
    [
      'nginx does not run',
      {},
      live,
      { loadBalancer: { nginxActive: false } },
      /^nginx is not running on core-1/,
      /systemctl status nginx/,
    ],
    ['the block is not there', {}, 'http {}\n', {}, /has no upstream voxcore_workers/, /reload/],
    ['the file is not there', {}, undefined, {}, /has no upstream voxcore_workers/, /reload/],
    ['the block is there twice', {}, `${live}${live}`, {}, /voxcore_workers/, /by hand/],
    [
      'a unit is masked',
      {},
      live,
      { workers: { 'core-1/2': { loadState: 'masked' } } },
      /voxcore@2.service is masked/,
      /unmask/,
    ],
    [
      'the unit is not installed',
      {},
      live,
      { workers: { 'core-1/2': { loadState: 'not-found' } } },
      /has no unit voxcore@.service/,
      /template unit/,
    ],
  ] as const
  for (const [name, given, file, differences, message, remedy] of table) {
    const plan = planOf(rollingRestart, given, yaml, file, differences)
    assert.ok(plan.refusals.length > 0, name)
    assert.match(plan.refusals[0]?.message ?? '', message, name)
    assert.match(plan.refusals[0]?.remedy ?? '', remedy, name)
    assert.deepEqual(plan.steps, [], name)
  }
})

test('a server that is not restarted may be unreachable: its workers count for nothing', () => {
  const plan = planOf(rollingRestart, { server: 'core-1' }, yaml, live, { unreachable: ['core-2'] })
  assert.deepEqual(plan.refusals, [])
  const alone = planOf(rollingRestart, { server: 'core-1' }, `${yaml}rollout: { batch: 4 }\n`, live, {
    unreachable: ['core-2'],
  })
  assert.match(alone.refusals[0]?.message ?? '', /no other worker of voxcore_workers takes calls/)
  assert.match(alone.refusals[0]?.remedy ?? '', /lower rollout.batch/)
})

test('a batch that would leave nobody to take new calls is refused', () => {
  const others = Object.fromEntries(['core-1/2', 'core-1/3', 'core-1/4'].map(name => [name, stopped]))
  const all = Object.fromEntries([1, 2, 3, 4].map(id => [`core-2/${id}`, stopped]))
  const last = planOf(rollingRestart, { server: 'core-1', worker: 1 }, yaml, live, { workers: { ...others, ...all } })
  assert.match(
    last.refusals[0]?.message ?? '',
    /no other worker of voxcore_workers takes calls while worker 1 of core-1 is out/,
  )
  assert.match(last.refusals[0]?.remedy ?? '', /restart --server core-1 --worker 1/)

  const started = planOf(rollingRestart, { server: 'core-1' }, yaml, live, { workers: { ...others, ...all } })
  assert.deepEqual(started.refusals, [], 'those that do not run are started first, and then serve')
})

test('it asks when the calls of now would not fit on the workers that stay', () => {
  const full = Object.fromEntries(
    ['core-1', 'core-2'].flatMap(server => [1, 2, 3, 4].map(id => [`${server}/${id}`, busy(4)])),
  )
  assert.deepEqual(
    planOf(rollingRestart, {}, yaml, live, { workers: full }).questions,
    [],
    '32 calls fit on 7 workers of 5',
  )
  const fuller = { ...full, 'core-1/1': busy(5), 'core-1/2': busy(5), 'core-1/3': busy(5), 'core-1/4': busy(5) }
  const plan = planOf(rollingRestart, {}, yaml, live, { workers: fuller })
  assert.match(plan.questions.join(), /36 calls are active now, and the remaining workers take 35 while/)
  const waiting = planOf(rollingRestart, {}, `${yaml}rollout: { max_active_calls: 35 }\n`, live, { workers: fuller })
  assert.deepEqual(waiting.questions, [], 'no batch begins before it is quieter')
})

test("it warns of an nginx that cuts calls, and of somebody else's run", () => {
  const loadBalancer = {
    workerShutdownTimeoutSeconds: 60,
    lock: { owner: 'alice@laptop', operation: 'reload', since: 0, token: 'abc' },
  }
  const { warnings } = planOf(rollingRestart, {}, yaml, live, { loadBalancer })
  assert.match(warnings.join(), /60 seconds after a reload \(worker_shutdown_timeout\)/)
  assert.match(warnings.join(), /alice@laptop is carrying out reload/)
  const patient = planOf(rollingRestart, {}, yaml, live, { loadBalancer: { workerShutdownTimeoutSeconds: 600 } })
  assert.deepEqual(patient.warnings, [])
})

test('arguments that do not fit say what would', () => {
  const table = [
    [{ server: 'core-9' }, /no server core-9/, /core-1, core-2/],
    [{ server: 'core-1', worker: 9 }, /core-1 has no worker 9/, /1, 2, 3, 4/],
    [{ worker: 1 }, /no server given/, /--server/],
  ] as const
  for (const [given, message, remedy] of table)
    assert.throws(() => planOf(rollingRestart, given, yaml, live), { name: 'OperationError', message, remedy })
})

/** What a server has noted of a rollout that began on 26 November 2026 at 04:51:10 UTC, by its own clock. */
const noted = (...restarted: readonly number[]) => ({ rollout: { since: 1795668670, restarted } })

test('a rolling restart is noted on its servers before anything else, and that it has ended after everything', () => {
  const notes = toldSteps(planOf(rollingRestart, { server: 'core-1' }, yaml, live)).filter(step =>
    /^rollout/.test(step),
  )
  const all = 'core-1/1 core-1/2 core-1/3 core-1/4'
  assert.deepEqual(notes, [`rollout begins ${all}`, `rollout ends ${all}`])
  const plan = planOf(rollingRestart, {}, yaml, live)
  assert.equal(plan.steps[0]?.title, 'Record on core-1 and core-2 that the rollout begins')
  assert.equal(plan.steps.at(-1)?.title, 'Record on core-1 and core-2 that the rollout has ended')
  assert.equal(plan.alternative, undefined)
})

test('run again, it skips the workers that a server says have been restarted since the first one began, and says so', () => {
  const servers = { 'core-1': noted(1, 3) }
  const plan = planOf(rollingRestart, {}, `${yaml}rollout: { batch: 50% }\n`, live, { servers })
  assert.deepEqual(
    plan.steps.filter(step => step.kind === 'restart-worker').map(told),
    ['core-1/2', 'core-2/1', 'core-2/3', 'core-1/4', 'core-2/2', 'core-2/4'].map(name => `restart ${name}`),
    'half of all eight at a time, not of the six that are left',
  )
  assert.deepEqual(plan.warnings, [
    'workers 1 and 3 of core-1 were restarted by the unfinished rollout that began at 2026-11-26 04:51:10 UTC by the clock of core-1: skipped. Restart All (--all) restarts every worker',
  ])
  assert.equal(toldSteps(plan)[0], 'rollout begins core-1/2 core-1/4 core-2/1 core-2/2 core-2/3 core-2/4')
  assert.match(toldSteps(plan).at(-1) ?? '', /^rollout ends core-1\/1 core-1\/2 core-1\/3 /)
  assert.deepEqual(plan.alternative, { title: 'Restart All', given: { all: true } })
})

test('with --all it begins anew, whatever an earlier one has done', () => {
  const servers = { 'core-1': noted(1, 3) }
  const plan = planOf(rollingRestart, { server: 'core-1', all: true }, yaml, live, { servers })
  assert.deepEqual(plan.warnings, [])
  assert.equal(plan.steps.filter(step => step.kind === 'restart-worker').length, 4)
  assert.match(toldSteps(plan)[0] ?? '', /^rollout anew core-1\/1 /)
})

test('of a rollout whose every worker has been restarted only the end is left to note', () => {
  const plan = planOf(rollingRestart, { server: 'core-1' }, yaml, live, { servers: { 'core-1': noted(1, 2, 3, 4) } })
  assert.deepEqual(toldSteps(plan), ['rollout ends core-1/1 core-1/2 core-1/3 core-1/4'])
})

test('a worker that was restarted and does not answer is restarted again', () => {
  const differences = { servers: { 'core-1': noted(1, 2) }, workers: { 'core-1/2': hung } }
  const plan = planOf(rollingRestart, { server: 'core-1' }, yaml, live, differences)
  assert.deepEqual(plan.steps.filter(step => step.kind === 'restart-worker').map(told), [
    'restart core-1/2',
    'restart core-1/3',
    'restart core-1/4',
  ])
})

test('one that was restarted, left out since it took too long, and answers by now, only comes back', () => {
  const marked = live.replace('server 127.0.0.1:8002;', 'server 127.0.0.1:8002 down;')
  const plan = planOf(rollingRestart, { server: 'core-1' }, yaml, marked, { servers: { 'core-1': noted(1, 2) } })
  assert.deepEqual(toldChanges(plan).slice(0, 4), [
    'ready core-1/2',
    'write -',
    'write 127.0.0.1:8003',
    'drained core-1/3',
  ])
  assert.doesNotMatch(toldSteps(plan).join(), /restart core-1\/[12]/)
})
