import assert from 'node:assert/strict'
import { after, type TestContext, test } from 'node:test'
import { exitCodeOf } from '../../../src/cli/exit-code'
import { addressInNginx } from '../fixture/fleet-file'
import { nginxServes, upstreamLines, workerStarts } from '../fixture/hosts'
import { freshLab, type Lab } from '../fixture/lab'
import { operatorOf } from '../fixture/session'
import type { ClientFault } from './client'
import type { Fault, Scene } from './fault'

export const quickRollout = '{ drain: { timeout: 12s }, ready: { timeout: 5s, checks: 2 } }'
export const ids = [1, 2]
const workers = ['core-1', 'core-2'].flatMap(host => ids.map(id => `${host}/${id}`))

/** Of all faults those whose name holds `FLEET_OPS_FAULT`, to try one alone. */
const chosen = ({ name }: { readonly name: string }) => name.includes(process.env.FLEET_OPS_FAULT ?? '')

/** A fault's row in docs/reliability.md. */
export const rowOf = ({ name, ends }: { readonly name: string; readonly ends: string }, exit: number | '–'): string =>
  `| ${name} | ${ends} | ${exit} |`

/**
 * Tries each fault at its moment, and then the four that must hold whatever happened: the upstream is valid and nginx serves; no
 * drained worker is left behind; the outcome says what happened; and the same command, run again, reaches the goal.
 * Prints them as a table in the end.
 */
export function tryFaults(faults: readonly Fault[]): void {
  const table: string[] = []
  for (const fault of faults.filter(chosen))
    test(fault.name, async context => {
      table.push(await tryFault(fault, context))
    })
  // What a file says is shown when it ends.
  after(() => console.log(table.join('\n')))
}

/** Tries the faults of the operator's own machine, each in its own way, and prints their table. */
export function tryClientFaults(faults: readonly ClientFault[]): void {
  const tried = faults.filter(chosen)
  for (const fault of tried) test(fault.name, context => fault.try(context))
  after(() => console.log(tried.map(({ exit, ...fault }) => rowOf(fault, exit)).join('\n')))
}

async function tryFault(fault: Fault, context: TestContext): Promise<string> {
  const lab = await freshLab()
  await fault.hosts?.(lab)
  const wishes = { workers: { 'core-1': 2, 'core-2': 2 }, rollout: quickRollout, ...fault.fleet }
  const operator = await operatorOf(lab, wishes)
  const lineOf = (worker: string) => {
    const [host = '', id] = worker.split('/')
    return `${addressInNginx(lab, host, wishes)}:800${id}`
  }
  context.after(() => operator.leave())
  assert.equal((await operator.run('reload')).outcome.kind, 'done')
  const starts = await workerStarts(lab, 'core-2', ids)

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
  const wanted = workers.map(worker => `${lineOf(worker)}${leftOut.includes(worker) ? ' down' : ''}`)
  await eventually(async () => assert.deepEqual(await upstreamLines(lab), wanted))
  assert.ok(await nginxServes(lab), 'nginx serves, and takes its configuration')

  const again = await operator.run(name, given)
  assert.ok(['done', 'nothing-to-do'].includes(again.outcome.kind), JSON.stringify(again.outcome))
  assert.deepEqual(await upstreamLines(lab), [...workers, ...(fault.goal ?? [])].map(lineOf), 'the goal is reached')
  if (name === 'rolling-restart') {
    const now = await workerStarts(lab, 'core-2', ids)
    assert.ok(
      now.every((start, index) => start !== '' && start !== starts[index]),
      'every worker is a new process',
    )
  }
  context.diagnostic(`after ${seconds} s: ${words.trim()}`)
  return rowOf(fault, exitCodeOf[fault.ends])
}

/** Makes a worker say something of itself, such as `{ calls: 2 }`; `{}` ends it. */
export async function pretend(lab: Lab, host: string, id: number, state: object): Promise<void> {
  await fetch(`http://${lab.address(host)}:800${id}/lab/state`, { method: 'PUT', body: JSON.stringify(state) })
}

/** The guardian has up to 30 s of silence to wait for, and then its work to do. */
export async function eventually(holds: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + 90_000
  for (;;) {
    try {
      return await holds()
    } catch (error) {
      if (performance.now() > deadline) throw error
      await new Promise(done => setTimeout(done, 500))
    }
  }
}
