import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type DemoFleet, startDemoFleet } from '../../../src/demo/demo-fleet'
import { checkFleet } from '../../../src/fleet/check'
import { parseFleetDocument } from '../../../src/fleet/document'
import type { Fleet } from '../../../src/fleet/fleet'
import { observe } from '../../../src/observe/observe'
import type { Connections } from '../../../src/remote/connection'
import { createConnections } from '../../../src/remote/connections'

let directory: string
let demo: DemoFleet
let connections: Connections

const nobody = { trustHostKey: async () => false, secret: async () => undefined }

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fleet-demo-'))
  demo = await startDemoFleet({ directory, seed: 1 })
  connections = createConnections({ prompts: nobody })
})

after(async () => {
  await connections.dispose()
  await demo.dispose()
  await rm(directory, { recursive: true })
})

async function readFleet(): Promise<Fleet> {
  const { fleet, findings } = checkFleet(parseFleetDocument(await readFile(demo.file, 'utf8')))
  assert.deepEqual(findings, [])
  assert.ok(fleet)
  return fleet
}

test('the demo is observed through the same SSH as any fleet: its servers, workers, calls and nginx', async () => {
  const observed = await observe(await readFleet(), connections)
  assert.deepEqual(Object.keys(observed.servers), ['core-1', 'core-2', 'core-3'])
  for (const server of Object.values(observed.servers)) {
    assert.ok(server.reachable, JSON.stringify(server))
    assert.deepEqual(Object.keys(server.workers), ['1', '2', '3', '4'])
    for (const worker of Object.values(server.workers)) {
      assert.equal(worker.activeState, 'active')
      assert.equal(worker.health.kind, 'ok')
    }
  }
  assert.ok(observed.loadBalancer.reachable)
  assert.equal(observed.loadBalancer.nginxActive, true)
  assert.ok(observed.loadBalancer.file.exists && observed.loadBalancer.file.text.includes('upstream voxcore_workers'))
  const calls = Object.values(observed.servers).flatMap(server =>
    server.reachable
      ? Object.values(server.workers).map(({ health }) => (health.kind === 'ok' ? health.calls : 0))
      : [],
  )
  assert.ok(
    calls.reduce((sum, count) => sum + count, 0) > 0,
    'a fleet that is seen for the first time is in the middle of its work',
  )
})

test('a second start keeps what the user wrote in fleet.yaml and mends the ports alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fleet-demo-'))
  const first = await startDemoFleet({ directory: folder })
  const mine = (await readFile(first.file, 'utf8')).replace('workers: 4', 'workers: 6   # mine')
  await writeFile(first.file, mine)
  const second = await startDemoFleet({ directory: folder })
  const text = await readFile(second.file, 'utf8')
  await first.dispose()
  await second.dispose()
  await rm(folder, { recursive: true })
  assert.match(text, /workers: 6 {3}# mine/)
  assert.notEqual(text, mine)
  assert.equal(text.replace(/(port: |127.0.0.1:)\d+/g, ''), mine.replace(/(port: |127.0.0.1:)\d+/g, ''))
})
