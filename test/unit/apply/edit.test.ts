import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Plan } from '../../../src/plan/plan'
import type { SimulatedHosts } from './simulated-hosts'
import { planOf, run } from './simulated-run'

const edits: Plan['edits'] = [{ range: { start: 0, end: 0 }, newText: '# edited' }]
const note = async (hosts: SimulatedHosts) => {
  hosts.changes.push('edit')
}

interface Case {
  readonly name: string
  readonly arrange?: Parameters<typeof run>[0]
  readonly steps?: Plan['steps']
  readonly planAgain?: Parameters<typeof run>[2]
  readonly outcome: string
  readonly edited: boolean
}

const cases: readonly Case[] = [
  { name: 'a run that goes on', outcome: 'done', edited: true },
  { name: 'nothing to do on any server', steps: [], outcome: 'nothing-to-do', edited: true },
  {
    name: 'somebody else has done it meanwhile',
    planAgain: async () => planOf({ steps: [] }),
    outcome: 'nothing-to-do',
    edited: true,
  },
  {
    name: 'somebody else has the lock',
    arrange: hosts => {
      hosts.holders = { 'core-1': 'bob@desk' }
    },
    outcome: 'refused',
    edited: false,
  },
  {
    name: 'the servers need another plan by now',
    planAgain: async () => planOf({ steps: planOf().steps.slice(4) }),
    outcome: 'refused',
    edited: false,
  },
  {
    name: 'the servers refuse by now',
    planAgain: async () => planOf({ steps: [], refusals: [{ message: 'no' }] }),
    outcome: 'refused',
    edited: false,
  },
  { name: 'cancelled at once', arrange: (_, cancel) => cancel.abort(), outcome: 'cancelled', edited: false },
  {
    name: 'cancelled while the servers are looked at again',
    planAgain: async cancel => {
      cancel.abort()
      return planOf()
    },
    outcome: 'cancelled',
    edited: false,
  },
]

for (const { name, arrange, steps, planAgain, outcome, edited } of cases)
  test(`fleet.yaml is ${edited ? 'edited before the first step' : 'left as it is'}: ${name}`, async () => {
    const planned = { edits, ...(steps ? { steps } : {}) }
    const { outcome: ended, hosts } = await run(arrange, planned, planAgain, note)
    assert.equal(ended.kind, outcome)
    const changes = hosts.changes.filter(change => !change.startsWith('lock '))
    assert.equal(changes.includes('edit'), edited)
    if (edited) assert.equal(changes[0], 'edit')
    else assert.deepEqual(changes, [])
    assert.equal(hosts.locks.size, 0)
  })

test('an edit that cannot be made refuses the run, which touches nothing and gives its locks back', async () => {
  const fails = async () => {
    throw Object.assign(new Error('fleet.yaml has been changed'), { remedy: 'run it again' })
  }
  const { outcome, hosts } = await run(undefined, { edits }, undefined, fails)
  assert.deepEqual(outcome, { kind: 'refused', message: 'fleet.yaml has been changed', remedy: 'run it again' })
  assert.deepEqual(hosts.ends, ['core-2 done', 'core-1 done'])
  assert.ok(hosts.changes.every(change => change.startsWith('lock ')))
})
