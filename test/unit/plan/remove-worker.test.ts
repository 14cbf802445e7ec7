import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { ObservedWorker, ReachableServer } from '../../../src/fleet/observed'
import { applyTextEdits } from '../../../src/fleet/text'
import { apply } from '../../../src/plan/apply'
import { findDrift } from '../../../src/plan/drift'
import type { OperationArguments } from '../../../src/plan/operation'
import type { Step } from '../../../src/plan/plan'
import { removeWorker } from '../../../src/plan/remove-worker'
import { busy, type Differences, disabled, failed, fixture, hung, planOf, situationOf, stopped } from './situation'
import { toldSteps } from './told'

const yaml = fixture('two-servers.fleet.yaml')
const live = fixture('two-servers.conf')
const given = { server: 'core-1' }
const editedBy = (arguments_: OperationArguments, text = yaml, conf = live) =>
  applyTextEdits(text, planOf(removeWorker, arguments_, text, conf).edits)

test('out of nginx, drained, stopped, and last the variable: in this order', () => {
  const plan = planOf(removeWorker, given, yaml, live, { workers: { 'core-1/4': busy(2) } })
  assert.equal(plan.title, 'Remove worker 4 of core-1')
  assert.deepEqual(toldSteps(plan), ['write -', 'drained core-1/4', 'disable core-1/4', 'set core-1 VOXCORE_WORKERS=3'])
  const [write] = plan.steps
  assert.ok(write?.kind === 'write-upstream')
  assert.equal(write.text, live.replace('    server 127.0.0.1:8004;\n', ''), 'one line goes, and no other byte')
  assert.deepEqual([plan.warnings, plan.questions, plan.refusals], [[], [], []])
})

suite('the edit', () => {
  const cases: readonly (readonly [what: string, OperationArguments, string, string])[] = [
    ['a number', given, yaml, yaml.replace('cores: 4\n    workers: 4', 'cores: 4\n    workers: 3')],
    [
      'a number by three',
      { ...given, count: 3 },
      yaml,
      yaml.replace('cores: 4\n    workers: 4', 'cores: 4\n    workers: 1'),
    ],
    [
      'one in the middle',
      { ...given, worker: 2 },
      yaml,
      yaml.replace('cores: 4\n    workers: 4', 'cores: 4\n    workers: [1, 3, 4]'),
    ],
    [
      'of a list',
      { server: 'core-2' },
      yaml.replace('cores: 4, workers: 4', 'workers: [1, 2, 4], cores: 4'),
      yaml.replace('cores: 4, workers: 4', 'workers: [1, 2], cores: 4'),
    ],
    [
      'with its options',
      { server: 'core-2' },
      yaml.replace('workers: 4 }', 'workers: 4, worker_options: { 4: { weight: 2 } } }'),
      yaml.replace('workers: 4 }', 'workers: 3 }'),
    ],
    [
      'a whole server',
      { server: 'core-2', count: 4 },
      yaml,
      yaml.replace('cores: 4, workers: 4', 'cores: 4, workers: 0'),
    ],
  ]
  for (const [what, arguments_, before, after] of cases)
    test(what, () => {
      // nginx has what the file says.
      const conf = what === 'of a list' ? live.replace('    server 10.0.0.2:8003;\n', '') : live
      assert.equal(editedBy(arguments_, before, conf), after)
    })
})

suite('run again after it broke at any step', () => {
  for (const arguments_ of [given, { ...given, count: 2 }, { ...given, worker: 2 }, { ...given, count: 1 }])
    test(`${JSON.stringify(arguments_)} finishes, and removes no other worker`, () => {
      const whole = planOf(removeWorker, arguments_, yaml, live)
      const edited = editedBy(arguments_)
      for (let done = 0; done < whole.steps.length; done++) {
        const { conf, differences } = after(whole.steps.slice(0, done))
        const again = planOf(removeWorker, arguments_, edited, conf, differences)
        assert.deepEqual(again.edits, [], `after ${done} steps`)
        assert.deepEqual(
          toldSteps(again).filter(step => !step.startsWith('drained')),
          toldSteps({ steps: whole.steps.slice(done) }).filter(step => !step.startsWith('drained')),
          `after ${done} steps`,
        )
        assert.deepEqual(
          toldSteps(again),
          toldSteps(planOf(apply, given, edited, conf, differences)).toSorted(byStep),
          'apply does the same',
        )
      }
    })

  /** apply sets the variable first. */
  const byStep = (a: string, b: string) => Number(a.startsWith('set')) - Number(b.startsWith('set'))

  test('and once more it removes the next', () => {
    const edited = editedBy(given)
    const { conf } = after(planOf(removeWorker, given, yaml, live).steps)
    assert.equal(planOf(removeWorker, given, edited, conf).title, 'Remove worker 3 of core-1')
  })

  test('but one that is named is gone, which is said', () => {
    const edited = editedBy(given)
    const { conf } = after(planOf(removeWorker, given, yaml, live).steps)
    const plan = planOf(removeWorker, { ...given, worker: 4 }, edited, conf)
    assert.deepEqual([plan.edits, plan.steps], [[], []])
    assert.deepEqual(plan.warnings, ['core-1 has no worker 4; fleet.yaml has workers 1–3 of core-1'])
  })

  /** The servers when these steps have been carried out, as fleet.yaml had them before. */
  function after(steps: readonly Step[]): { conf: string; differences: Differences } {
    const workers: Record<string, Partial<ObservedWorker>> = Object.fromEntries(
      [1, 2, 3, 4].map(id => [`core-1/${id}`, {}]),
    )
    let conf = live
    let environment: ReachableServer['environment'] = { exists: true, maxCalls: '5', workers: '4', setsPort: false }
    for (const step of steps) {
      if (step.kind === 'write-upstream') conf = step.text
      if (step.kind === 'set-variable') environment = { ...environment, workers: step.value }
      if (step.kind === 'disable-worker') workers[`core-1/${step.worker.id}`] = { ...stopped, ...disabled }
    }
    return { conf, differences: { workers, servers: { 'core-1': { environment } } } }
  }
})

suite('what forbids it, and what it says', () => {
  test('the last worker that takes calls', () => {
    const one = [fixture('one-worker.fleet.yaml'), fixture('one-worker.conf')] as const
    assert.throws(() => planOf(removeWorker, given, ...one), /no worker of fleet small taking calls would be left/)
    const down = Object.fromEntries([1, 2, 3, 4].map(id => [`core-2/${id}`, failed]))
    const plan = planOf(removeWorker, { ...given, count: 4 }, yaml, live, { workers: down })
    assert.match(
      plan.refusals[0]?.message ?? '',
      /no other worker of voxcore_workers takes calls: without workers 1–4 of core-1/,
    )
    assert.deepEqual(plan.steps, [])
  })

  const cases: readonly (readonly [OperationArguments, RegExp])[] = [
    [{ ...given, count: 0 }, /0 workers cannot be removed/],
    [{ ...given, count: 5 }, /core-1 has only 4 to remove/],
    [{ ...given, count: 1, worker: 2 }, /do not go together/],
    [{ server: 'core-9' }, /no server core-9/],
  ]
  for (const [arguments_, message] of cases)
    test(JSON.stringify(arguments_), () => assert.throws(() => planOf(removeWorker, arguments_, yaml, live), message))

  test('too little room is asked about', () => {
    const workers = Object.fromEntries(
      [1, 2, 3, 4].flatMap(id => [
        [`core-1/${id}`, busy(5)],
        [`core-2/${id}`, busy(5)],
      ]),
    )
    const { questions } = planOf(removeWorker, given, yaml, live, { workers })
    assert.deepEqual(questions, [
      '40 calls are active now, and the remaining workers take 35: without worker 4 of core-1 new calls may be refused',
    ])
  })

  test('a worker that hangs is stopped in the end', () => {
    const plan = planOf(removeWorker, given, yaml, live, { workers: { 'core-1/4': hung } })
    assert.match(plan.warnings.join(), /worker 4 of core-1 is running but not answering \/health/)
    assert.deepEqual(
      plan.steps.flatMap(step => (step.kind === 'wait-drained' ? [step.onTimeout] : [])),
      ['restart'],
    )
  })

  test('one that does not run is only taken out', () => {
    const plan = planOf(removeWorker, given, yaml, live, { workers: { 'core-1/4': { ...failed, ...disabled } } })
    assert.deepEqual(toldSteps(plan), ['write -', 'set core-1 VOXCORE_WORKERS=3'])
  })
})

test('workers on sockets under another name go the same way', () => {
  const plan = planOf(
    removeWorker,
    { server: 'old-1', count: 2 },
    fixture('sockets.fleet.yaml'),
    fixture('sockets.conf'),
  )
  assert.deepEqual(toldSteps(plan), [
    'write -',
    'drained old-1/5 old-1/6',
    'disable old-1/5',
    'disable old-1/6',
    'set old-1 CALLCORE_WORKERS=4',
  ])
  assert.deepEqual(
    plan.steps.flatMap(step => (step.kind === 'disable-worker' ? [step.worker.unit] : [])),
    ['callcore@5.service', 'callcore@6.service'],
  )
})

test('apply takes a worker that fleet.yaml does not name out of service, and drift names it', () => {
  const conf = live.replace('    server 10.0.0.2:8001;', '    server 127.0.0.1:8007;\n    server 10.0.0.2:8001;')
  const differences = { workers: { 'core-1/7': busy(1), 'core-2/9': { ...stopped } } }
  for (const arguments_ of [{}, given]) {
    const plan = planOf(apply, arguments_, yaml, conf, differences)
    assert.deepEqual(
      toldSteps(plan),
      ['write -', 'drained core-1/7', 'disable core-1/7', 'disable core-2/9'].slice(0, 'server' in arguments_ ? 3 : 4),
    )
    assert.equal(
      plan.steps.flatMap(step => (step.kind === 'write-upstream' ? [step.text] : []))[0]?.includes('8007'),
      false,
    )
  }
  const found = findDrift(situationOf(yaml, conf, differences)).filter(({ mend }) => mend?.operation === 'apply')
  assert.deepEqual(
    found.map(({ server, worker, mend }) => [server, worker, mend?.given]),
    [
      ['core-1', 7, { server: 'core-1' }],
      ['core-2', 9, { server: 'core-2' }],
    ],
  )
})
