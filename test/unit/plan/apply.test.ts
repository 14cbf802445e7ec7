import assert from 'node:assert/strict'
import { test } from 'node:test'
import { apply } from '../../../src/plan/apply'
import { findDrift } from '../../../src/plan/drift'
import { busy, disabled, fixture, planOf, situationOf, stopped } from './situation'
import { toldSteps } from './told'

const yaml = fixture('two-servers.fleet.yaml')
const live = fixture('two-servers.conf')

test('a fleet that is as the file says needs nothing', () => {
  const plan = planOf(apply, {}, yaml, live)
  assert.deepEqual([plan.steps, plan.warnings, plan.refusals], [[], [], []])
})

test('all that differs, in the safe order: variables, workers, nginx, then restarts', () => {
  const environment = { exists: true, maxCalls: '9', workers: '3', setsPort: false }
  const differences = {
    servers: { 'core-1': { environment } },
    workers: { 'core-1/1': busy(0, 9), 'core-1/2': disabled, 'core-2/4': stopped },
  }
  const file = live.replace('    server 10.0.0.2:8004;\n', '')
  assert.deepEqual(toldSteps(planOf(apply, {}, yaml, file, differences)), [
    'set core-1 VOXCORE_WORKERS=4',
    'set core-1 MAX_CONCURRENT_CALLS=5',
    'enable core-1/2',
    'enable core-2/4',
    'ready core-2/4',
    'write -',
    'write 127.0.0.1:8001',
    'drained core-1/1',
    'restart core-1/1',
    'ready core-1/1',
    'write -',
  ])
})

test('the restarts begin from the file that was just written', () => {
  const file = live.replace('keepalive 32', 'keepalive 8')
  const writes = planOf(apply, {}, yaml, file, { workers: { 'core-1/1': busy(0, 9) } }).steps.filter(
    step => step.kind === 'write-upstream',
  )
  assert.equal(writes.length, 3)
  assert.equal(writes[0]?.before, file)
  assert.equal(writes[1]?.before, writes[0]?.text)
  assert.equal(writes[2]?.text, writes[0]?.text)
})

test('one server is made so and the other left', () => {
  const differences = { workers: { 'core-1/2': stopped, 'core-2/4': stopped } }
  assert.deepEqual(toldSteps(planOf(apply, { server: 'core-2' }, yaml, live, differences)), [
    'enable core-2/4',
    'ready core-2/4',
  ])
})

test('what it refuses', () => {
  assert.match(
    planOf(apply, {}, yaml, live, { unreachable: ['core-2'] }).refusals[0]?.message ?? '',
    /^core-2 cannot be reached/,
  )
  assert.throws(() => planOf(apply, { server: 'core-9' }, yaml, live), { name: 'OperationError' })
})

test('whatever drift says that it mends, it has steps for', () => {
  const differences = {
    servers: { 'core-1': { environment: { exists: true, maxCalls: '5', workers: '3', setsPort: false } } },
    workers: { 'core-2/1': disabled },
  }
  const mends = findDrift(situationOf(yaml, live, differences)).flatMap(({ mend }) =>
    mend?.operation === 'apply' ? [mend] : [],
  )
  assert.equal(mends.length, 2)
  for (const { given } of mends) assert.ok(planOf(apply, given, yaml, live, differences).steps.length > 0)
})
