import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { type CallCount, holdCalls } from '../fixture/calls'
import { commandLine } from '../fixture/command-line'
import { nginxServes, reloads, until } from '../fixture/hosts'
import { type FleetKind, idsTo, linesNow, starts, variable } from './fleet-kind'
import { driftOf } from './fleet-state'

const inWords = ({ started, completed, dropped, refused }: CallCount) =>
  `${started} calls: ${completed} completed, ${dropped} dropped, ${refused} refused`

/** The operations of the short lab suite as tests of another kind of fleet, in an order in which each leaves what the next one needs. */
export function testOperations(fleet: () => FleetKind): void {
  const run = (name: string, ...args: readonly string[]) =>
    commandLine({ environment: fleet().environment }, name, ...args)

  async function runs(name: string, given = {}): Promise<void> {
    const { outcome, output } = await fleet().operator.run(name, given)
    assert.deepEqual(outcome, { kind: 'done' }, output.join('\n'))
    assert.doesNotMatch(output.join('\n'), /never-print-me/)
  }
  const onItsServer = (given = {}) => ({ server: fleet().server, ...given })
  const calls = (concurrent: number, seconds: number) =>
    holdCalls({ host: fleet().lab.address('core-1'), concurrent, seconds })

  async function isAsTheFileSays(count: number): Promise<void> {
    const { lab, lines } = fleet()
    assert.deepEqual([...(await linesNow(fleet()))].sort(), [...lines(idsTo(count))].sort())
    assert.deepEqual(await driftOf(fleet().operator), [])
    assert.ok(await nginxServes(lab))
  }

  test('reload writes the upstream', async () => {
    await runs('reload')
    assert.deepEqual(await linesNow(fleet()), fleet().lines(idsTo(fleet().workers)))
    await isAsTheFileSays(fleet().workers)
  })

  test('doctor finds nothing, and neither does status', async () => {
    for (const name of ['doctor', 'status']) {
      const { ended, said } = run(name, fleet().operator.path)
      assert.equal(await ended, 0, said())
    }
  })

  test('add-worker starts workers before nginx is told of them', async () => {
    const { workers, operator, workersVariable } = fleet()
    await runs('add-worker', onItsServer({ count: 2 }))
    assert.match(await readFile(operator.path, 'utf8'), new RegExp(`workers: ${workers + 2}`))
    assert.equal(await variable(fleet(), workersVariable), String(workers + 2))
    await isAsTheFileSays(workers + 2)
  })

  test('a rolling restart drops no call', async context => {
    const { workers, held, mayRefuse, lab, server } = fleet()
    const ids = idsTo(workers + 2)
    const [before, reloadsBefore] = [await starts(fleet(), ids), await reloads(lab)]
    const callers = calls(held.some, 1.5)
    context.after(() => callers.stop())
    await callers.reached(held.some)
    const { outcome, events } = await fleet().operator.run('rolling-restart', { server })
    const count = await callers.stop()
    assert.deepEqual(outcome, { kind: 'done' })
    assert.equal(count.dropped, 0, inWords(count))
    if (!mayRefuse) assert.equal(count.refused, 0, inWords(count))
    assert.equal(count.started, count.completed + count.refused)
    assert.ok((await starts(fleet(), ids)).every((start, index) => start !== before[index]))
    const batches = events.filter(event => event.kind === 'step-started' && event.step.kind === 'wait-ready').length
    assert.ok(batches > 1)
    assert.equal((await reloads(lab)) - reloadsBefore, batches + 1, 'N batches take N + 1 reloads')
    await isAsTheFileSays(workers + 2)
    context.diagnostic(inWords(count))
  })

  test('a rolling restart whose client is killed, and that is run again, restarts no worker twice', async context => {
    const { workers, lab, server, operator } = fleet()
    const ids = idsTo(workers + 2)
    const [lines, first] = [await linesNow(fleet()), await starts(fleet(), ids)]
    const rollout = () => run('run', 'rolling-restart', '--server', server, operator.path, '--yes')
    const victim = rollout()
    context.after(() => victim.process.kill('SIGKILL'))
    await victim.says(/(\] \S+ {2}Wait until [^\n]+ healthy\n[\s\S]*){2}/)
    victim.process.kill('SIGKILL')
    await victim.ended
    await until('the guardian has put the upstream back', async () => (await linesNow(fleet())).join() === lines.join())
    const { fleet: said } = await operator.prepare('reload')
    await until('the lock is free', () => lab.succeeds('core-1', `flock -n /run/fleet-ops/${said.name}/lock true`))
    await until('all workers answer', async () => (await driftOf(operator)).length === 0)
    const second = await starts(fleet(), ids)
    const restarted = ids.map((_, index) => second[index] !== first[index])
    assert.ok(restarted.includes(true) && restarted.includes(false), restarted.join())

    const again = rollout()
    assert.equal(await again.ended, 0, again.said())
    assert.match(again.said(), /restarted by the unfinished rollout that began at/)
    const third = await starts(fleet(), ids)
    assert.deepEqual(
      ids.map((_, index) => third[index] !== second[index]),
      restarted.map(already => !already),
    )
    await isAsTheFileSays(workers + 2)
  })

  test('a cancel in the middle of a drain brings the workers back, and restarts none', async context => {
    const { workers, held, server, operator } = fleet()
    const ids = idsTo(workers + 2)
    const before = await starts(fleet(), ids)
    const callers = calls(held.most, 15)
    context.after(() => callers.stop())
    await callers.reached(held.most)
    const cancel = new AbortController()
    const { outcome } = await operator.run(
      'rolling-restart',
      { server },
      {
        signal: cancel.signal,
        onEvent: event => {
          if (event.kind === 'output' && /calls? left/.test(event.line)) cancel.abort()
        },
      },
    )
    const count = await callers.stop()
    assert.ok(outcome.kind === 'cancelled' && outcome.restored, JSON.stringify(outcome))
    assert.deepEqual(await starts(fleet(), ids), before)
    assert.equal(count.dropped, 0, inWords(count))
    await isAsTheFileSays(workers + 2)
  })

  test('restart replaces one worker and no other', async () => {
    const ids = idsTo(fleet().workers + 2)
    const before = await starts(fleet(), ids)
    await runs('restart', onItsServer({ worker: 2 }))
    assert.deepEqual(
      (await starts(fleet(), ids)).map((start, index) => start !== before[index]),
      ids.map(id => id === 2),
    )
    await isAsTheFileSays(ids.length)
  })

  test('drain takes a worker out when its calls have ended, a reload keeps it out, and undrain brings it back', async () => {
    const { line, workers } = fleet()
    await runs('drain', onItsServer({ worker: 3 }))
    await fleet().operator.run('reload')
    assert.ok((await linesNow(fleet())).includes(`${line(3)} down`))
    await runs('undrain', onItsServer({ worker: 3 }))
    await isAsTheFileSays(workers + 2)
  })

  test('set-calls changes the variable, and restarts the workers that are to read it', async () => {
    const { lab, server, askHealth, callsVariable, calls: were, workers } = fleet()
    for (const wanted of [were + 1, were]) {
      await runs('set-calls', onItsServer({ calls: wanted }))
      assert.equal(await variable(fleet(), callsVariable), String(wanted))
      for (const id of [1, workers + 2])
        assert.equal(JSON.parse(await lab.shell(server, askHealth(id))).worker_max, wanted)
    }
  })

  test('remove-worker drains the last workers, stops them and takes them out of nginx and of the file', async context => {
    const { workers, lab, server, unit, workersVariable, held } = fleet()
    const callers = calls(held.some, 1)
    context.after(() => callers.stop())
    await callers.reached(held.some)
    await runs('remove-worker', onItsServer({ count: 2 }))
    const count = await callers.stop()
    assert.equal(count.dropped, 0, inWords(count))
    const gone = [1, 2].map(more => `${unit}${workers + more}`).join(' ')
    assert.equal(await lab.shell(server, `systemctl is-active ${gone} || true`), 'inactive\ninactive\n')
    assert.equal(await lab.shell(server, `systemctl is-enabled ${gone} || true`), 'disabled\ndisabled\n')
    assert.equal(await variable(fleet(), workersVariable), String(workers))
    await isAsTheFileSays(workers)
  })

  test('apply mends a worker that is stopped, a line that is gone, and a variable', async () => {
    const { lab, server, unit, upstreamFile, line, envFile, workersVariable, workers } = fleet()
    await lab.shell(
      server,
      `systemctl disable --quiet --now ${unit}2; sed -i 's/^${workersVariable}=[0-9]*/${workersVariable}=9/' ${envFile}`,
    )
    await lab.shell('core-1', `sed -i '\\#${line(1)}#d' ${upstreamFile}; systemctl reload nginx`)
    assert.equal((await driftOf(fleet().operator)).length, 3)
    await runs('apply')
    await isAsTheFileSays(workers)
  })
}
