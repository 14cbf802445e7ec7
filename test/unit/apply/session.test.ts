import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FleetFileError, loadFleet, prepare } from '../../../src/apply/session'
import type { OperationArguments } from '../../../src/plan/operation'
import { operations } from '../../../src/plan/operations'
import { type Connections, RemoteError } from '../../../src/remote/connection'

const text = `name: lab # ours
load_balancer: { server: core-1 }
servers:
  core-1: { host: 127.0.0.1, cores: 4, workers: 2 } # the first
`

/** Servers that are all out of reach: a plan says so, and nothing is thrown. */
const nobody: Connections = {
  to: async machine => {
    throw new RemoteError(machine.name, 'connect', 'it does not answer', { remedy: 'check the cable' })
  },
  dispose: async () => {},
}

const operationNamed = (name: string) => {
  const found = operations.find(operation => operation.name === name)
  assert.ok(found)
  return found
}

test('a file with errors is no fleet: every finding comes along, with the text that its ranges are of', () => {
  const broken = text.replace('server: core-1', 'server: core-9')
  assert.throws(
    () => loadFleet('fleet.yaml', broken),
    error => {
      assert.ok(error instanceof FleetFileError)
      assert.match(error.message, /^fleet\.yaml has errors: .*core-9/)
      assert.equal(error.text, broken)
      assert.deepEqual(
        error.findings.map(finding => finding.code),
        ['unknown-server'],
      )
      return true
    },
  )
})

test('the edit comes first, keeps every other byte, and the plan is made of the edited text', async () => {
  const prepared = await prepare(
    operationNamed('add-worker'),
    { server: 'core-1', count: 2 },
    { path: 'fleet.yaml', text, connections: nobody },
  )
  assert.equal(prepared.text, text.replace('workers: 2', 'workers: 4'))
  assert.deepEqual(
    prepared.fleet.servers[0]?.workers.map(worker => worker.id),
    [1, 2, 3, 4],
  )
  assert.equal(prepared.document.text, prepared.text)
  assert.ok(prepared.plan.edits.length > 0)
})

test('a server out of reach is no error: the plan refuses, with the reason and what to do', async () => {
  const { plan } = await prepare(
    operationNamed('rolling-restart'),
    {},
    { path: 'fleet.yaml', text, connections: nobody },
  )
  assert.deepEqual(plan.steps, [])
  assert.ok(
    plan.refusals.some(({ message, remedy }) => message.includes('it does not answer') && remedy === 'check the cable'),
  )
})

test('an operation that edits nothing gives the text back as it was', async () => {
  const prepared = await prepare(operationNamed('reload'), {}, { path: 'fleet.yaml', text, connections: nobody })
  assert.equal(prepared.text, text)
  assert.deepEqual(prepared.plan.edits, [])
})

const one = text.replace('workers: 2', 'workers: 2, max_concurrent_calls: 1')

const unwise: readonly {
  readonly name: string
  readonly operation: string
  readonly given: OperationArguments
  readonly text: string
  readonly warnings: readonly RegExp[]
}[] = [
  {
    name: 'more workers than the cores carry, and one over 9',
    operation: 'add-worker',
    given: { server: 'core-1', count: 30 },
    text,
    warnings: [
      /^core-1 would take 160 calls \(32 workers × 5\), and its 4 cores/,
      /^VoxCore's stock unit .* worker 10 /,
    ],
  },
  {
    name: 'more calls than nginx lets connections in',
    operation: 'set-calls',
    given: { calls: 2 },
    text: one.replace('server: core-1 }', 'server: core-1, max_conns: 1 }'),
    warnings: [
      /^nginx allows 1 connection, but a worker of core-1 takes 2 calls, so it would never be full\. Give load_balancer\.max_conns and max_concurrent_calls the same number\.$/,
    ],
  },
  {
    name: 'more calls than a worker of its own lets connections in',
    operation: 'set-calls',
    given: { calls: 2 },
    text: one.replace('max_concurrent_calls: 1', 'max_concurrent_calls: 1, worker_options: { 2: { max_conns: 1 } }'),
    warnings: [
      /^nginx allows 1 connection, but worker 2 of core-1 takes 2 calls, so it would never be full\. Give worker_options\.2\.max_conns /,
    ],
  },
  {
    name: 'what was unwise before is not said again',
    operation: 'add-worker',
    given: { server: 'core-1' },
    text: one.replace('server: core-1 }', 'server: core-1, max_conns: 3 }'),
    warnings: [],
  },
  { name: 'nothing', operation: 'add-worker', given: { server: 'core-1' }, text, warnings: [] },
]

for (const { name, operation, given, text: file, warnings } of unwise)
  test(`what an edit makes unwise is a warning of its plan: ${name}`, async () => {
    const { plan } = await prepare(operationNamed(operation), given, {
      path: 'fleet.yaml',
      text: file,
      connections: nobody,
    })
    assert.equal(plan.warnings.length, warnings.length, plan.warnings.join('\n'))
    for (const [index, warning] of warnings.entries()) assert.match(plan.warnings[index] ?? '', warning)
  })
