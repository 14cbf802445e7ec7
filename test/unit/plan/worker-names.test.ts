import assert from 'node:assert/strict'
import { test } from 'node:test'
import { counted } from '../../../src/fleet/words'
import { nameWorkers, serversOf } from '../../../src/plan/worker-names'

const workers = (...names: string[]) =>
  names.map(name => {
    const [server = '', id] = name.split('/')
    return { server, id: Number(id) }
  })

test('workers are named as a person would', () => {
  const table = [
    [['a/3'], 'worker 3 of a'],
    [['a/1', 'a/2'], 'workers 1 and 2 of a'],
    [['a/4', 'a/2', 'a/3', 'a/1'], 'workers 1–4 of a'],
    [['a/1', 'a/2', 'a/4', 'a/5', 'a/6'], 'workers 1, 2 and 4–6 of a'],
    [['a/1', 'b/1'], 'worker 1 of a and worker 1 of b'],
  ] as const
  for (const [names, said] of table) assert.equal(nameWorkers(workers(...names)), said)
})

test('servers are named once each, in order', () => {
  assert.deepEqual(serversOf(workers('b/1', 'a/1', 'b/2')), ['b', 'a'])
})

test('things are counted', () => {
  assert.deepEqual([counted(0, 'call'), counted(1, 'call'), counted(2, 'call')], ['0 calls', '1 call', '2 calls'])
})
