import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reload } from '../../../src/plan/reload'
import { fixture, hung, planOf, stopped } from './situation'
import { toldSteps } from './told'

const yaml = fixture('two-servers.fleet.yaml')
const live = fixture('two-servers.conf')

test('a block that says what fleet.yaml says is not touched: nginx is only reloaded', () => {
  const table = [
    live,
    live.replaceAll('    ', '\t'),
    live.replace('least_conn;', 'least_conn; # the best'),
    live.replaceAll('\n', '\r\n'),
  ]
  for (const file of table) assert.deepEqual(toldSteps(planOf(reload, {}, yaml, file)), ['reload'], file)
})

test('a block that says something else is replaced, and the rest of the file is not', () => {
  const drifted = live.replace('server 10.0.0.2:8004;', 'server 10.0.0.9:8004;')
  const plan = planOf(reload, {}, yaml, drifted)
  assert.deepEqual(toldSteps(plan), ['ready core-2/4', 'reachable core-2/4', 'write -'])
  const step = plan.steps.at(-1)
  assert.ok(step?.kind === 'write-upstream')
  assert.equal(step.server, 'core-1')
  assert.equal(step.file, '/etc/nginx/conf.d/voxcore-upstream.conf')
  assert.equal(step.before, drifted)
  assert.deepEqual(step.draining, [])
  const head = live.slice(0, live.indexOf('upstream voxcore'))
  assert.ok(step.text.startsWith(head))
  assert.ok(step.text.includes('server 10.0.0.2:8004;'))
  assert.ok(!step.text.includes('10.0.0.9'))
})

test('a file, or a block, that is not there is made', () => {
  for (const file of [undefined, '', live.slice(0, live.indexOf('upstream'))]) {
    const plan = planOf(reload, {}, yaml, file)
    assert.deepEqual(plan.refusals, [])
    const [step] = plan.steps
    assert.ok(step?.kind === 'write-upstream')
    assert.equal(step.before, file)
    assert.ok(step.text.startsWith(file ?? ''))
    assert.match(step.text, /upstream voxcore_workers \{[^}]*server 10\.0\.0\.2:8004;/)
  }
})

test('it warns of drained workers that come back, and of calls for workers that do not answer', () => {
  const marked = live.replace('server 10.0.0.2:8002;', 'server 10.0.0.2:8002 down;')
  assert.match(
    planOf(reload, {}, yaml, marked).warnings.join(),
    /worker 2 of core-2 is marked down in nginx but not in fleet.yaml/,
  )
  const without = live.replace('    server 10.0.0.2:8004;\n', '')
  const plan = planOf(reload, {}, yaml, without, { workers: { 'core-2/4': stopped } })
  assert.match(plan.warnings.join(), /calls to worker 4 of core-2, which does not answer: apply starts or restarts it/)
})

test('it waits for workers whose lines come up, where they can be asked, before it sends calls there', () => {
  const marked = live.replace('server 10.0.0.2:8002;', 'server 10.0.0.2:8002 down;')
  const table = [
    ['drained by hand', marked, {}, ['ready core-2/2', 'reachable core-2/2', 'write -']],
    [
      'drained by hand and hung',
      marked,
      { workers: { 'core-2/2': hung } },
      ['ready core-2/2', 'reachable core-2/2', 'write -'],
    ],
    ['hung, and nginx sends it calls already', live, { workers: { 'core-2/2': hung } }, ['reload']],
    ['out of reach', marked, { unreachable: ['core-2'] }, ['write -']],
    ['no block yet', '', { workers: { 'core-2/2': hung } }, ['write -']],
  ] as const
  for (const [name, file, differences, steps] of table)
    assert.deepEqual(toldSteps(planOf(reload, {}, yaml, file, differences)), steps, name)
  const [warning] = planOf(reload, {}, yaml, marked, { workers: { 'core-2/2': hung } }).warnings.slice(-1)
  assert.match(warning ?? '', /^nginx would send calls to worker 2 of core-2, which does not answer/)
})

test('what forbids it is refused, with a way out', () => {
  const table = [
    ['twice', `${live}\n${live}`, {}, /cannot be changed safely/],
    ['nginx stopped', live, { loadBalancer: { nginxActive: false } }, /^nginx is not running on core-1/],
    [
      'no nginx',
      live,
      { loadBalancer: { nginxActive: false, nginxVersion: undefined } },
      /^nginx is not installed on core-1$/,
    ],
    ['unreachable', live, { loadBalancerUnreachable: true }, /^core-1 cannot be reached/],
  ] as const
  for (const [name, file, differences, message] of table) {
    const plan = planOf(reload, {}, yaml, file, differences)
    assert.match(plan.refusals[0]?.message ?? '', message, name)
    assert.ok(plan.refusals[0]?.remedy, name)
    assert.deepEqual(plan.steps, [], name)
  }
  assert.deepEqual(
    planOf(reload, {}, yaml, live, { unreachable: ['core-2'] }).refusals,
    [],
    'nginx is all that it needs',
  )
})
