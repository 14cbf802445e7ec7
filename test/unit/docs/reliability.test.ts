import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { exitCodeOf } from '../../../src/cli/exit-code'
import { clientFaults } from '../../lab/faults/client'
import { clockFaults } from '../../lab/faults/clock'
import { filesFaults } from '../../lab/faults/files'
import { namesFaults } from '../../lab/faults/names'
import { networkFaults } from '../../lab/faults/network'
import { nginxFaults } from '../../lab/faults/nginx'
import { operatorFaults } from '../../lab/faults/operator'
import { rowOf } from '../../lab/faults/try-faults'
import { workersFaults } from '../../lab/faults/workers'

/** The faults that npm run test:faults tries on real hosts, in the order of the page. */
const rows = [
  ...clientFaults.map(({ exit, ...fault }) => rowOf(fault, exit)),
  ...[
    ...filesFaults,
    ...networkFaults,
    ...namesFaults,
    ...clockFaults,
    ...nginxFaults,
    ...operatorFaults,
    ...workersFaults,
  ].map(fault => rowOf(fault, exitCodeOf[fault.ends])),
]

test('docs/reliability.md has the table of every fault that is tried, and of no other', () => {
  const table = readFileSync('docs/reliability.md', 'utf8')
    .split('\n')
    .filter(line => /^\| .* \| .* \| (\d+|–) \|$/.test(line))
  assert.deepEqual(table, rows)
  assert.equal(new Set(rows).size, rows.length)
  assert.ok(rows.length >= 40)
})
