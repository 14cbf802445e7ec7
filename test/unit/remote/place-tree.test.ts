import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import type { Connection, Connections } from '../../../src/remote/connection'
import { createConnections } from '../../../src/remote/connections'
import { type FleetHost, missingForFleetHost, startFleetHost } from '../../quick/fleet-host'
import { fleet, type HeldLock, takeLock } from './held-lock'
import { nobody } from './one-server'

/** Called when it is too late to look whether something is there already: makes a directory at the path. */
const sync = String.raw`#!/bin/sh
path=$(printf %s "$3" | sed 's|/\.\(late-[a-z]*\)\.fleet-ops-new$|/\1|')
[ "$path" = "$3" ] || { mkdir "$path" && : >"$path/theirs"; }
`

suite('place-tree', { skip: missingForFleetHost }, () => {
  let host: FleetHost
  let connections: Connections
  let connection: Connection
  let lock: HeldLock
  before(async () => {
    host = await startFleetHost({ programs: { sync } })
    connections = createConnections({ prompts: nobody })
    connection = await connections.to(host.machine)
    lock = await takeLock(connection)
  })
  after(async () => {
    await lock.release()
    await connections.dispose()
    await host.stop()
  })

  for (const kind of ['directory', 'file'] as const) {
    const place = async (name: string) => {
      const path = join(host.folder, `${name}-${kind}`)
      const beside = join(host.folder, `.${name}-${kind}.fleet-ops-new`)
      mkdirSync(beside)
      writeFileSync(join(beside, 'ours'), '')
      return { path, result: await connection.run('place-tree', [fleet, lock.token, kind, path]) }
    }

    test(`puts a ${kind} in its place`, async () => {
      const { path, result } = await place('new')
      assert.equal(result.exitCode, 0, result.stderr)
      if (kind === 'directory') assert.deepEqual(readdirSync(path), ['ours'])
    })

    test(`moves no ${kind} into a directory that came meanwhile`, async () => {
      const { path, result } = await place('late')
      assert.equal(result.exitCode, 70, result.stderr)
      assert.match(result.stderr, /could not be put in place/)
      assert.deepEqual(readdirSync(path), ['theirs'])
    })
  }
})
