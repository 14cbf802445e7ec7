import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findDrift } from '../../../src/plan/drift'
import { removeWorker } from '../../../src/plan/remove-worker'
import { workersSaid, workersValue } from '../../../src/plan/workers-variable'
import { fixture, planOf, situationOf } from './situation'
import { toldSteps } from './told'

const workers = (ids: readonly number[]) => ids.map(id => ({ id }) as never)

const table: readonly (readonly [now: string | undefined, ids: readonly number[], wanted: string, said: number])[] = [
  [undefined, [1, 2, 4], '3', Number.NaN],
  ['4', [1, 2, 4], '3', 4],
  ['1,2,3,4', [1, 2, 4], '1,2,4', 4],
  ['1,2', [1, 2], '1,2', 2],
  ['1,2', [1], '1', 2],
  ['1,2,3 # of 4, all', [1, 2, 4], '1,2,4', Number.NaN],
  ['4 # of 5, all', [1, 2, 4], '3', Number.NaN],
  ['four', [1, 2], '2', Number.NaN],
]
for (const [now, ids, wanted, said] of table)
  test(`where it is ${now}, workers ${ids} are ${wanted}`, () => {
    assert.equal(workersValue({ workers: workers(ids) }, now), wanted)
    assert.equal(workersSaid(now), said)
  })

const yaml = fixture('two-servers.fleet.yaml')
const live = fixture('two-servers.conf')
const listed = {
  servers: { 'core-1': { environment: { exists: true, maxCalls: '5', workers: '1,2,3,4', setsPort: false } } },
}

test('a list of the workers that there are is no drift, and stays a list', () => {
  assert.deepEqual(findDrift(situationOf(yaml, live, listed)), [])
  assert.equal(
    toldSteps(planOf(removeWorker, { server: 'core-1' }, yaml, live, listed)).at(-1),
    'set core-1 VOXCORE_WORKERS=1,2,3',
  )
})
