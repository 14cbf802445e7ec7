import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Machine } from '../../src/fleet/fleet'
import { clientOf } from '../../src/remote/client-choice'
import { createConnections } from '../../src/remote/connections'
import { upstreamLines, workerPids } from './fixture/hosts'
import { freshLab, type Lab } from './fixture/lab'
import { type Operator, operatorOf } from './fixture/session'

// All of test/lab over the system's ssh is npm run test:lab:openssh, where a rolling restart over a process a command, which takes
// three times as long, is tried too; this is the least that must hold.
let lab: Lab
const operators: Operator[] = []

before(async () => {
  lab = await freshLab(['core-1'])
})
after(async () => {
  for (const operator of operators) await operator.leave()
})

/** As on Windows. */
const alone = { sharesConnections: false, asks: true }

const isWhole = clientOf(process.env) === 'openssh'

for (const [how, abilities] of [
  ["the system's ssh", undefined],
  ...(isWhole ? ([["the system's ssh, a process a command", alone]] as const) : []),
] as const)
  test(`a rolling restart over ${how} restarts every worker and leaves the upstream as it was`, async () => {
    const operator = await operatorOf(lab, { workers: { 'core-1': 2 } }, undefined, 'openssh', abilities)
    operators.push(operator)
    assert.equal((await operator.run('reload')).outcome.kind, 'done')
    const lines = await upstreamLines(lab)
    const before = await workerPids(lab, 'core-1', [1, 2])
    assert.deepEqual((await operator.run('rolling-restart')).outcome, { kind: 'done' })
    const pids = await workerPids(lab, 'core-1', [1, 2])
    assert.ok(pids.every(pid => pid > 0 && !before.includes(pid)))
    assert.deepEqual(await upstreamLines(lab), lines)
    assert.equal(lines.length, 2)
  })

test("a reload over the system's ssh, a process a command, takes the lock, and is done", async () => {
  const operator = await operatorOf(lab, { workers: { 'core-1': 2 } }, undefined, 'openssh', alone)
  operators.push(operator)
  assert.equal((await operator.run('reload')).outcome.kind, 'done')
})

test('a password is asked for once, though each command logs in anew', async () => {
  const asked: string[] = []
  const connections = createConnections({
    prompts: {
      trustHostKey: async () => false,
      async secret({ reason }) {
        asked.push(reason)
        return 'oncall'
      },
    },
    environment: { PATH: process.env.PATH },
    client: () => 'openssh',
    abilities: alone,
  })
  const ssh = { user: 'oncall', identityFile: '/nowhere/key', knownHostsFile: lab.facts.knownHosts }
  const machine: Machine = { name: 'core-1', host: lab.address('core-1'), ssh }
  try {
    const connection = await connections.to(machine)
    for (const lines of ['1', '2'])
      assert.equal((await connection.run('journal', ['voxcore@1.service', lines])).exitCode, 0)
    assert.deepEqual(asked, [`password of oncall@${machine.host}`])
  } finally {
    await connections.dispose()
  }
})
