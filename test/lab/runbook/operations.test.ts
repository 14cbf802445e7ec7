import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { afterEach, test } from 'node:test'
import type { Step } from '../../../src/plan/plan'
import { type CallCount, holdCalls } from '../fixture/calls'
import { fleetOps } from '../fixture/command-line'
import { upstreamLines, workerPids } from '../fixture/hosts'
import { freshLab, type Lab } from '../fixture/lab'
import { type Operator, operatorOf } from '../fixture/session'

let operator: Operator | undefined
afterEach(async () => {
  await operator?.leave()
  operator = undefined
})

const noCallLost = ({ dropped, refused }: CallCount) =>
  assert.deepEqual({ dropped, refused }, { dropped: 0, refused: 0 })

const maxCalls = async (lab: Lab, host: string, ids = [1, 2, 3, 4]) =>
  Promise.all(
    ids.map(
      async id => JSON.parse(await lab.shell(host, `curl -fsS http://127.0.0.1:800${id}/health`)).worker_max as number,
    ),
  )

/** What fleet.yaml says, and nothing beside it: `status` exits with 0. */
async function isAsFileSays(path: string) {
  const status = fleetOps('status', path)
  assert.equal(await status.ended, 0, status.said())
}

test('set-calls for the whole fleet changes one number of each file, and drops no call', async context => {
  const lab = await freshLab()
  operator = await operatorOf(lab, {
    rollout: '{ batch: 2, drain: { timeout: 60s }, ready: { timeout: 30s, checks: 2 } }',
  })
  await operator.run('reload')
  const environment =
    '# Ours.\nexport OTHER=1\nMAX_CONCURRENT_CALLS="5"   \n; MAX_CONCURRENT_CALLS=9\nVOXCORE_WORKERS=4\nKEY=$a"b\n'
  for (const host of ['core-1', 'core-2'])
    await lab.shell(
      host,
      `printf '%s' '${environment}' >/opt/voxcore/.env; chown deploy:adm /opt/voxcore/.env; chmod 640 /opt/voxcore/.env`,
    )
  const text = await readFile(operator.path, 'utf8')
  const calls = holdCalls({ host: lab.address('core-1'), concurrent: 10, seconds: 1.5 })
  context.after(() => calls.stop())
  await calls.reached(10)

  const { outcome, output } = await operator.run('set-calls', { calls: 3 })
  const count = await calls.stop()

  assert.deepEqual(outcome, { kind: 'done' }, output.join('\n'))
  noCallLost(count)
  assert.equal(
    await readFile(operator.path, 'utf8'),
    text.replace('max_concurrent_calls: 5', 'max_concurrent_calls: 3'),
  )
  for (const host of ['core-1', 'core-2']) {
    assert.equal(
      await lab.shell(host, 'cat /opt/voxcore/.env; stat -c "%a %U:%G" /opt/voxcore/.env'),
      `${environment.replace('"5"', '"3"')}640 deploy:adm\n`,
    )
    assert.deepEqual(await maxCalls(lab, host), [3, 3, 3, 3])
  }
  await isAsFileSays(operator.path)

  const pids = await workerPids(lab, 'core-1')
  assert.deepEqual((await operator.run('set-calls', { server: 'core-2', calls: 4 })).outcome, { kind: 'done' })
  assert.deepEqual(
    [await maxCalls(lab, 'core-1'), await maxCalls(lab, 'core-2')],
    [
      [3, 3, 3, 3],
      [4, 4, 4, 4],
    ],
  )
  assert.deepEqual(await workerPids(lab, 'core-1'), pids, 'the other server is left alone')
  await isAsFileSays(operator.path)
})

test('a remove-worker that is cancelled at any of its steps is finished by the same command, which removes no other', async () => {
  const lab = await freshLab()
  operator = await operatorOf(lab, { workers: { 'core-1': 8, 'core-2': 1 }, firewall: '{ tool: nftables }' })
  assert.deepEqual((await operator.run('apply')).outcome, { kind: 'done' })
  const kinds: readonly Step['kind'][] = [
    'write-upstream',
    'wait-drained',
    'disable-worker',
    'set-firewall',
    'set-variable',
  ]
  for (const [index, kind] of kinds.entries()) {
    const left = 7 - index
    const cancel = new AbortController()
    const broken = await operator.run(
      'remove-worker',
      { server: 'core-1' },
      {
        signal: cancel.signal,
        onEvent: event => {
          if (event.kind === 'step-started' && event.step.kind === kind) cancel.abort()
        },
      },
    )
    // The last step is finished all the same, and then nothing is left to cancel.
    assert.equal(broken.outcome.kind, kind === 'set-variable' ? 'done' : 'cancelled', kind)
    const text: string = await readFile(operator.path, 'utf8')
    assert.match(text, new RegExp(`workers: ${left}\n`))
    if (kind !== 'set-variable')
      assert.deepEqual((await operator.run('remove-worker', { server: 'core-1' })).outcome, { kind: 'done' }, kind)
    assert.equal(await readFile(operator.path, 'utf8'), text, kind)
    const ids = Array.from({ length: left }, (_, at) => at + 1)
    assert.deepEqual(
      (await upstreamLines(lab)).filter(line => line.startsWith('127')),
      ids.map(id => `127.0.0.1:800${id}`),
    )
    const running = await lab.shell('core-1', "systemctl list-units --plain --no-legend 'voxcore@*' | grep -c running")
    assert.equal(Number(running), left)
    await isAsFileSays(operator.path)
  }
})

test('a worker whose call does not end stays without new calls, and goes when it has ended', async context => {
  const lab = await freshLab(['core-1'])
  operator = await operatorOf(lab, { rollout: '{ drain: { timeout: 2s }, ready: { timeout: 30s, checks: 1 } }' })
  await operator.run('reload')
  await lab.shell('core-1', `curl -fsS -X PUT -d '{"calls":2}' http://127.0.0.1:8004/lab/state`)
  const failed = await operator.run('remove-worker', { server: 'core-1' })
  assert.equal(failed.outcome.kind, 'failed')
  context.diagnostic(JSON.stringify(failed.outcome))
  assert.equal(await lab.shell('core-1', 'systemctl is-active voxcore@4'), 'active\n')
  assert.equal((await upstreamLines(lab)).includes('127.0.0.1:8004'), false)
  await lab.shell('core-1', `curl -fsS -X PUT -d '{"calls":0}' http://127.0.0.1:8004/lab/state`)
  assert.deepEqual((await operator.run('remove-worker', { server: 'core-1' })).outcome, { kind: 'done' })
  assert.match(await readFile(operator.path, 'utf8'), /workers: 3\n/)
  await isAsFileSays(operator.path)
})

test('a drain outlives every reload, and undrain leaves both files as they were', async () => {
  const lab = await freshLab()
  operator = await operatorOf(lab)
  await operator.run('reload')
  const [text, lines] = [await readFile(operator.path, 'utf8'), await upstreamLines(lab)]
  const pids = await workerPids(lab, 'core-2')
  for (const given of [{ server: 'core-2', worker: 2 }, { server: 'core-2' }]) {
    assert.deepEqual((await operator.run('drain', given)).outcome, { kind: 'done' })
    const down = (await upstreamLines(lab)).filter(line => line.endsWith(' down'))
    assert.equal(down.length, 'worker' in given ? 1 : 4)
    for (const operation of ['reload', 'apply', 'rolling-restart']) {
      if (operation === 'rolling-restart') await operator.run(operation, { server: 'core-1' })
      else await operator.run(operation)
      assert.deepEqual(
        (await upstreamLines(lab)).filter(line => line.endsWith(' down')),
        down,
        operation,
      )
    }
    await isAsFileSays(operator.path)
    assert.deepEqual((await operator.run('undrain', given)).outcome, { kind: 'done' })
    assert.equal(await readFile(operator.path, 'utf8'), text)
    assert.deepEqual(await upstreamLines(lab), lines)
  }
  assert.deepEqual(await workerPids(lab, 'core-2'), pids, 'drained workers run on')
})

test('apply mends all that differs in one run, and drops no call', async context => {
  const lab = await freshLab(['core-1', 'core-2', 'core-3'])
  operator = await operatorOf(lab, {
    hosts: ['core-1', 'core-2'],
    rollout: '{ drain: { timeout: 60s }, ready: { timeout: 30s, checks: 2 } }',
  })
  await operator.run('reload')
  const text = (await readFile(operator.path, 'utf8'))
    .replace('max_concurrent_calls: 5', 'max_concurrent_calls: 6')
    .replace('workers: 4', 'workers: 5')
    .replace('workers: 4', 'workers: [1, 2, 3]')
  await writeFile(operator.path, `${text}firewall: { tool: nftables }\n`)
  await lab.shell('core-1', 'systemctl disable --quiet --now voxcore@3')
  const calls = holdCalls({ host: lab.address('core-1'), concurrent: 10, seconds: 1.5 })
  context.after(() => calls.stop())
  await calls.reached(10)
  const status = fleetOps('status', operator.path)
  assert.equal(await status.ended, 1)
  context.diagnostic(status.said())

  const { outcome, output } = await operator.run('apply')
  const count = await calls.stop()

  assert.deepEqual(outcome, { kind: 'done' }, output.join('\n'))
  // nginx had worker 3 of core-1 while it did not run: what it tried there went elsewhere.
  assert.equal(count.dropped, 0)
  assert.deepEqual(
    [await maxCalls(lab, 'core-1', [1, 2, 3, 4, 5]), await maxCalls(lab, 'core-2', [1, 2, 3])],
    [
      [6, 6, 6, 6, 6],
      [6, 6, 6],
    ],
  )
  assert.equal(await lab.shell('core-2', 'systemctl is-active voxcore@4; true'), 'inactive\n')
  assert.equal(await lab.succeeds('core-3', `curl -fsS -m 5 http://${lab.address('core-2')}:8001/health`), false)
  await isAsFileSays(operator.path)
  assert.deepEqual((await operator.prepare('apply')).plan.steps, [])
})
