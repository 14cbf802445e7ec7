import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addWorker } from '../../../src/plan/add-worker'
import { apply } from '../../../src/plan/apply'
import type { Plan, Step } from '../../../src/plan/plan'
import { rollingRestart } from '../../../src/plan/rolling-restart'
import { isStillConfirmed } from '../../../src/plan/same-plan'
import { busy, type Differences, dying, fixture, hung, planOf, stopped } from './situation'

const yaml = fixture('two-servers.fleet.yaml')
const live = fixture('two-servers.conf')
const full = Object.fromEntries(
  ['core-1', 'core-2'].flatMap(server => [1, 2, 3, 4].map(id => [`${server}/${id}`, busy(5)])),
)
const restartOf = (differences: Differences, file = live) =>
  planOf(rollingRestart, { server: 'core-1' }, yaml, file, differences)
const applied = (differences: Differences) => planOf(apply, {}, yaml, live, differences)

const reach: Step = { kind: 'wait-reachable', server: 'core-1', title: 'Wait', workers: [], timeoutSeconds: 60 }

/** The same plan with another text in its second write. */
const otherFile = (plan: Plan): Plan => {
  const [, second] = plan.steps.filter(step => step.kind === 'write-upstream')
  return {
    ...plan,
    steps: plan.steps.map(step =>
      step === second && step.kind === 'write-upstream' ? { ...step, text: `${step.text}#` } : step,
    ),
  }
}

test('a plan is still what was confirmed as long as it changes the same and asks nothing new', () => {
  const calm = restartOf({})
  const table = [
    ['nothing has changed', calm, restartOf({}), true],
    ['calls have come', calm, restartOf({ workers: { 'core-1/1': busy(3) } }), true],
    [
      'a worker that keeps dying is between two lives',
      restartOf({ workers: { 'core-1/1': dying } }),
      restartOf({ workers: { 'core-1/1': hung } }),
      true,
    ],
    [
      'a worker that did not run has been started',
      applied({ workers: { 'core-1/1': stopped, 'core-1/2': stopped } }),
      applied({ workers: { 'core-1/1': stopped } }),
      true,
    ],
    [
      'one more worker does not run',
      applied({ workers: { 'core-1/1': stopped } }),
      applied({ workers: { 'core-1/1': stopped, 'core-1/2': stopped } }),
      false,
    ],
    ["nginx's file has changed", calm, restartOf({}, `${live}# by hand\n`), false],
    [
      'a worker does not answer any more, so that the order is another',
      calm,
      restartOf({ workers: { 'core-1/3': hung } }),
      false,
    ],
    ['a file of nginx is written where another would have been', calm, otherFile(calm), false],
    ['a step less is to be done', calm, { ...calm, steps: calm.steps.slice(0, -1) }, false],
    ['a worker has to be reached first by now', calm, { ...calm, steps: [reach, ...calm.steps] }, true],
    ['there is less room now', calm, restartOf({ workers: full }), false],
    ['there is more room now', restartOf({ workers: full }), calm, true],
    ['it would be refused now', calm, restartOf({ unreachable: ['core-1'] }), false],
    [
      'a worker has been restarted by somebody else',
      calm,
      restartOf({ servers: { 'core-1': { rollout: { since: 1, restarted: [1] } } } }),
      false,
    ],
  ] as const
  for (const [what, confirmed, now, still] of table) assert.equal(isStillConfirmed(confirmed, now), still, what)
})

test('an edit that has been made is not made again', () => {
  const plan = planOf(addWorker, { server: 'core-1', count: 1 }, yaml, live)
  assert.ok(plan.edits.length > 0)
  assert.ok(isStillConfirmed(plan, { ...plan, edits: [] }))
})
