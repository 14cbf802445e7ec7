import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import type { Step } from '../../../src/plan/plan'
import { secret } from '../fixture/bare'
import { nginxServes, upstreamLines } from '../fixture/hosts'
import { type GrowingFleet, growingFleet } from './growing-fleet'

/** Cancelled at each kind of step, add-server and remove-server reach their goal when they are run again. */

let fleet: GrowingFleet

before(async () => {
  fleet = await growingFleet({ install: 'date >> installed' })
})
after(() => fleet?.operator.leave())

const kinds = {
  add: [
    'create-user',
    'copy-tree',
    'daemon-reload',
    'install',
    'set-variable',
    'enable-worker',
    'wait-ready',
    'wait-reachable',
    'write-upstream',
    'register',
  ],
  remove: ['deregister', 'write-upstream', 'wait-drained', 'disable-worker'],
} as const satisfies Readonly<Record<string, readonly Step['kind'][]>>

async function cancelledAt(kind: Step['kind'], name: string, given: object) {
  const cancel = new AbortController()
  const { lab, operator } = fleet
  const ran = await operator.run(name, given, {
    signal: cancel.signal,
    onEvent: event => {
      if (event.kind === 'step-started' && event.step.kind === kind) cancel.abort()
    },
  })
  assert.ok(['cancelled', 'done'].includes(ran.outcome.kind), JSON.stringify(ran.outcome))
  assert.ok(cancel.signal.aborted, `${kind} was begun`)
  assert.ok(!JSON.stringify(ran.events).includes(secret))
  assert.ok(await nginxServes(lab))
}

test('add-server, cancelled at each kind of step in turn, goes on where it was and ends whole', async () => {
  const { lab, operator, given, registered } = fleet
  for (const kind of kinds.add) await cancelledAt(kind, 'add-server', given)
  const { outcome } = await operator.run('add-server', given)
  assert.ok(['done', 'nothing-to-do'].includes(outcome.kind), JSON.stringify(outcome))
  assert.deepEqual(
    (await upstreamLines(lab)).slice(-2),
    [1, 2].map(id => `${lab.address('core-3')}:800${id}`),
  )
  assert.equal((await lab.shell('core-3', 'wc -l < /opt/voxcore/installed')).trim(), '1')
  assert.deepEqual(await registered(), [given.url])
})

test('remove-server, cancelled at each kind of step in turn, goes on where it was and ends whole', async () => {
  const { lab, operator, registered } = fleet
  for (const kind of kinds.remove) await cancelledAt(kind, 'remove-server', { server: 'core-3' })
  const { outcome } = await operator.run('remove-server', { server: 'core-3' })
  assert.ok(['done', 'nothing-to-do'].includes(outcome.kind), JSON.stringify(outcome))
  assert.ok(!(await upstreamLines(lab)).some(line => line.includes(lab.address('core-3'))))
  assert.deepEqual(await registered(), [])
  assert.ok(!(await readFile(operator.path, 'utf8')).includes('core-3'))
})
