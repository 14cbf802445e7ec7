import assert from 'node:assert/strict'
import { after, type TestContext, test } from 'node:test'
import { exitCodeOf } from '../../../src/cli/exit-code'
import { nginxServes, upstreamLines, workerPids } from '../fixture/hosts'
import { freshLab, type Lab } from '../fixture/lab'
import { operatorOf } from '../fixture/session'
import type { Fault, Scene } from './fault'

export const quickRollout = '{ drain: { timeout: 12s }, ready: { timeout: 5s, checks: 2 } }'
export const ids = [1, 2]
const expectedLines = (lab: Lab) =>
  ['127.0.0.1', lab.address('core-2')].flatMap(address => ids.map(id => `${address}:800${id}`))
const row = (columns: readonly (string | number)[]) => `| ${columns.join(' | ')} |`

/**
 * Tries each fault at its moment, and then the four that must hold whatever happened: the upstream is valid and nginx serves; no
 * drained worker is left behind; the outcome says what happened; and the same command, run again, reaches the goal.
 * Prints them as a table in the end.
 */
export function tryFaults(faults: readonly Fault[]): void {
  const table: string[] = []
  for (const fault of faults)
    test(fault.name, async context => {
      table.push(await tryFault(fault, context))
    })
  after(() => console.log(table.join('\n')))
}

async function tryFault(fault: Fault, context: TestContext): Promise<string> {
  const lab = await freshLab()
  const operator = await operatorOf(lab, {
    workers: { 'core-1': 2, 'core-2': 2 },
    rollout: quickRollout,
    ...fault.fleet,
  })
  context.after(() => operator.leave())
  assert.equal((await operator.run('reload')).outcome.kind, 'done')
  const pids = await workerPids(lab, 'core-2', ids)

  const [cancel, abandon] = [new AbortController(), new AbortController()]
  const scene: Scene = {
    lab,
    operator,
    cancel: () => (cancel.signal.aborted ? abandon : cancel).abort(),
    pretend: (host, id, state) => pretend(lab, host, id, state),
  }
  await fault.prepare?.(scene)
  let struckAt = 0
  const strike = () => {
    struckAt = performance.now()
    return fault.strike(scene)
  }
  const [name, given] = fault.operation ?? ['rolling-restart', { server: 'core-2' }]
  const struck: unknown[] = []
  const { outcome } = await operator.run(name, given, {
    signal: cancel.signal,
    abandon: abandon.signal,
    ...(fault.moment === 'before' ? { onPlanned: strike } : {}),
    onEvent: event => {
      if (struckAt === 0 && fault.moment !== 'before' && fault.moment(event)) struck.push(strike())
    },
  })
  const seconds = Math.round((performance.now() - struckAt) / 100) / 10
  assert.ok(struckAt > 0, 'the fault has struck')
  await Promise.all(struck)

  const words = `${'message' in outcome ? outcome.message : ''} ${'remedy' in outcome ? outcome.remedy : ''}`
  assert.equal(outcome.kind, fault.ends, words)
  if (fault.says) assert.match(words, fault.says)
  if (fault.within) assert.ok(seconds < fault.within, `${seconds} s after the fault`)

  await fault.mend?.(scene)
  const leftOut = fault.leftOut ?? []
  const wanted = expectedLines(lab).map(line => (leftOut.includes(line) ? `${line} down` : line))
  await eventually(async () => assert.deepEqual(await upstreamLines(lab), wanted))
  assert.ok(await nginxServes(lab), 'nginx serves, and takes its configuration')

  const again = await operator.run(name, given)
  assert.ok(['done', 'nothing-to-do'].includes(again.outcome.kind), JSON.stringify(again.outcome))
  assert.deepEqual(await upstreamLines(lab), [...expectedLines(lab), ...(fault.goal ?? [])], 'the goal is reached')
  if (name === 'rolling-restart') {
    const now = await workerPids(lab, 'core-2', ids)
    assert.ok(
      now.every((pid, index) => pid > 0 && pid !== pids[index]),
      'every worker is a new process',
    )
  }
  return row([fault.name, outcome.kind, exitCodeOf[outcome.kind], `${seconds} s`, words.trim()])
}

/** Makes a worker say something of itself, such as `{ calls: 2 }`; `{}` ends it. */
export async function pretend(lab: Lab, host: string, id: number, state: object): Promise<void> {
  await fetch(`http://${lab.address(host)}:800${id}/lab/state`, { method: 'PUT', body: JSON.stringify(state) })
}

/** The guardian has up to 30 s of silence to wait for, and then its work to do. */
export async function eventually(holds: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + 45_000
  for (;;) {
    try {
      return await holds()
    } catch (error) {
      if (performance.now() > deadline) throw error
      await new Promise(done => setTimeout(done, 500))
    }
  }
}
