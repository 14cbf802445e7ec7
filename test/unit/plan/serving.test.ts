import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { addWorker } from '../../../src/plan/add-worker'
import { apply } from '../../../src/plan/apply'
import type { OperationArguments } from '../../../src/plan/operation'
import { reload } from '../../../src/plan/reload'
import { undrain } from '../../../src/plan/undrain'
import { type Differences, fixture, hung, planOf, situationOf, stopped } from './situation'
import { toldSteps } from './told'

const yaml = fixture('two-servers.fleet.yaml')
const live = fixture('two-servers.conf')

const every = (differences: typeof hung | undefined) =>
  Object.fromEntries([1, 2].flatMap(server => [1, 2, 3, 4].map(id => [`core-${server}/${id}`, differences])))

suite('a write that would leave nobody who takes calls', () => {
  const elsewhere = `${yaml}service: { port: 9000 }\n`
  const pair = yaml.replaceAll('workers: 4', 'workers: 1')
  const pairLive = live.replaceAll(/ {4}server \S+:800[234];.*\n/g, '')
  const marked = pair.replace('workers: 1\n', 'workers: 1\n    worker_options: { 1: { down: true } }\n')

  const table: readonly {
    readonly name: string
    readonly text: string
    readonly file: string
    readonly differences: Differences
    readonly refused: readonly ('reload' | 'apply')[]
  }[] = [
    {
      name: 'another port, where no worker answers',
      text: elsewhere,
      file: live,
      differences: { workers: every(hung) },
      refused: ['reload', 'apply'],
    },
    {
      name: 'the one marked down and the other hung: apply restarts that first, and waits',
      text: marked,
      file: pairLive,
      differences: { workers: { 'core-2/1': hung } },
      refused: ['reload'],
    },
    {
      name: 'the one marked down and the other stopped: apply starts that first, and waits',
      text: marked,
      file: pairLive,
      differences: { workers: { 'core-2/1': stopped } },
      refused: ['reload'],
    },
    {
      name: 'the other is only a backup',
      text: yaml.replace(
        'workers: 4 }',
        'workers: 4, worker_options: { 1: { backup: true }, 2: { down: true }, 3: { down: true }, 4: { down: true } } }',
      ),
      file: live,
      differences: { workers: Object.fromEntries([1, 2, 3, 4].map(id => [`core-1/${id}`, hung])) },
      refused: ['reload'],
    },
    {
      name: 'nobody takes calls as it is',
      text: yaml,
      file: live.replace('keepalive 32', 'keepalive 8'),
      differences: { workers: every(hung) },
      refused: [],
    },
    {
      name: 'there is no block yet',
      text: yaml,
      file: '',
      differences: { workers: every(stopped) },
      refused: [],
    },
    {
      name: 'one hung worker of many',
      text: yaml,
      file: live.replace('keepalive 32', 'keepalive 8'),
      differences: { workers: { 'core-2/1': hung } },
      refused: [],
    },
    {
      name: 'lines of old addresses go, and workers that answer come',
      text: yaml,
      file: live.replaceAll(':800', ':700'),
      differences: {},
      refused: [],
    },
  ]

  for (const { name, text, file, differences, refused } of table)
    for (const operation of [reload, apply])
      test(`${operation.name}: ${name}`, () => {
        const plan = planOf(operation, {}, text, file, differences)
        if (!refused.some(one => one === operation.name)) {
          assert.deepEqual(plan.refusals, [])
          assert.ok(plan.steps.length > 0)
          return
        }
        assert.match(plan.refusals[0]?.message ?? '', /^nginx would have no working worker left/)
        assert.ok(plan.refusals[0]?.remedy)
        assert.deepEqual(plan.steps, [])
      })

  test('the refusal says who does not answer, and what to do', () => {
    const [refusal] = planOf(reload, {}, elsewhere, live, { workers: every(hung) }).refusals
    assert.equal(
      refusal?.message,
      'nginx would have no working worker left (8 are in use now): every new call would be refused. workers 1–4 of core-1 and workers 1–4 of core-2 do not answer',
    )
    assert.match(refusal?.remedy ?? '', /port, socket or address.*restart --server core-1 --worker 1$/)
  })
})

suite('a template of the fleet’s own', () => {
  /** What a template renders that has forgotten lines. */
  const rendering = (without: RegExp, text = yaml, file: string | undefined = live, differences: Differences = {}) => {
    const situation = situationOf(text, file, differences)
    return { ...situation, upstreamBlock: situation.upstreamBlock.replaceAll(without, '') }
  }
  const nobody = / {4}server .*\n/g
  const fourth = / {4}server 127\.0\.0\.1:8004;\n/g

  test('that renders none of the workers is refused', () => {
    for (const operation of [reload, apply]) {
      const plan = operation.plan(rendering(nobody), {})
      assert.match(plan.refusals[0]?.message ?? '', /No line of voxcore_workers for a worker would be up$/)
      assert.match(plan.refusals[0]?.remedy ?? '', /template/)
    }
  })

  test('that has forgotten a worker is told, and what else differs is written', () => {
    for (const operation of [reload, apply]) {
      const plan = operation.plan(rendering(fourth), {})
      assert.deepEqual(plan.refusals, [])
      assert.deepEqual(toldSteps(plan), ['write -'])
      assert.match(
        plan.warnings.join(),
        /has no line for worker 4 of core-1, so nginx sends no call there: let it render/,
      )
    }
  })

  test('that has left out a worker which is down is right', () => {
    const down = yaml.replace('workers: 4\n', 'workers: 4\n    worker_options: { 4: { down: true } }\n')
    const plan = reload.plan(rendering(/ {4}server 127\.0\.0\.1:8004 down;\n/g, down), {})
    assert.deepEqual([plan.refusals, plan.warnings], [[], []])
  })

  const joining: readonly (readonly [typeof addWorker, OperationArguments, string])[] = [
    [addWorker, { server: 'core-1' }, live.replace('    server 127.0.0.1:8004;\n', '')],
    [undrain, { server: 'core-1', worker: 4 }, live.replace('127.0.0.1:8004;', '127.0.0.1:8004 down;')],
  ]
  for (const [operation, given, file] of joining)
    test(`${operation.name} of a worker that it has forgotten is refused`, () => {
      const plan = operation.plan(rendering(fourth, yaml, file), given)
      assert.match(plan.refusals[0]?.message ?? '', /has no line for worker 4 of core-1, so nginx sends no call there/)
      assert.deepEqual(plan.steps, [])
    })
})
