import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stepGroups } from '../../../src/apply/step-groups'
import type { Step } from '../../../src/plan/plan'
import { workerOf } from './stage'

const restart = (id: number): Step => ({
  kind: 'restart-worker',
  server: 'core-1',
  title: '',
  worker: workerOf('core-1', id),
})
const pause: Step = { kind: 'pause', server: 'core-1', title: '', seconds: 1 }
const reload: Step = { kind: 'reload', server: 'core-1', title: '' }

const cases: readonly { name: string; steps: readonly Step[]; groups: readonly (readonly number[])[] }[] = [
  { name: 'nothing', steps: [], groups: [] },
  { name: 'one after the other', steps: [pause, reload, pause], groups: [[0], [1], [2]] },
  {
    name: 'the restarts of a batch together',
    steps: [reload, restart(1), restart(2), pause],
    groups: [[0], [1, 2], [3]],
  },
  { name: 'two batches apart', steps: [restart(1), pause, restart(2)], groups: [[0], [1], [2]] },
]

for (const { name, steps, groups } of cases)
  test(`steps in groups: ${name}`, () => {
    assert.deepEqual(
      stepGroups(steps).map(group => group.map(({ index }) => index)),
      groups,
    )
  })
