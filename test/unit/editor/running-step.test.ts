import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RunningStep, type Said } from '../../../src/editor/runs/running-step'
import type { Step } from '../../../src/plan/plan'
import { workerOf } from '../apply/stage'

const waits = ['wait-drained', 'wait-ready', 'wait-reachable'] as const
const waiting = (kind: (typeof waits)[number]): Step => ({
  ...{ kind, server: 'core-1', title: 'Wait', workers: [workerOf('core-2', 1), workerOf('core-2', 2)] },
  ...{ timeoutSeconds: 60, onTimeout: 'stop', checks: 2 },
})
const restart: Step = { kind: 'restart-worker', server: 'core-2', title: 'Restart', worker: workerOf('core-2', 1) }
const reload: Step = { kind: 'reload', server: 'core-1', title: 'Reload' }

const of = (worker: number, line: string): Said => ({
  server: 'core-2',
  worker,
  line: `core-2 worker ${worker}: ${line}`,
})

for (const kind of waits)
  test(`while ${kind} goes on, where each worker stands replaces where it stood, and stays nowhere`, () => {
    const running = new RunningStep(waiting(kind), 0)
    const lines = [of(1, 'refused'), of(2, 'refused'), of(1, 'healthy')]
    assert.ok(lines.every(line => running.concerns(line)))
    for (const line of lines) running.hear(line)
    assert.deepEqual(running.lines, ['core-2 worker 1: healthy · core-2 worker 2: refused'])
    assert.deepEqual(running.said, [])
  })

const concerns: readonly (readonly [step: Step, said: Said, isAbout: boolean])[] = [
  [waiting('wait-ready'), of(2, 'healthy'), true],
  [waiting('wait-ready'), of(3, 'healthy'), false],
  [waiting('wait-ready'), { server: 'core-1', worker: 1, line: 'core-1 worker 1: healthy' }, false],
  [restart, of(1, 'stopping'), true],
  [restart, of(2, 'stopping'), false],
  [restart, { server: 'core-2', line: 'Warning: the unit has changed' }, true],
  [reload, { server: 'core-1', line: 'nginx: [warn]' }, true],
  [reload, { server: 'core-2', line: 'nginx: [warn]' }, false],
]

test('of steps side by side, the worker tells whose line it is; of what names none, the server', () => {
  for (const [step, said, isAbout] of concerns)
    assert.equal(new RunningStep(step, 0).concerns(said), isAbout, `${step.kind} ${said.line}`)
})

test('what is no standing of a worker is added, with its server in front', () => {
  const running = new RunningStep(restart, 0)
  running.hear({ server: 'core-2', line: 'one' })
  running.hear({ server: 'core-2', line: 'core-2: two' })
  assert.deepEqual(running.said, ['core-2: one', 'core-2: two'])
})
