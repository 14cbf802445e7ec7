import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import type { Connection } from '../../../src/remote/connection'
import { type FleetHost, missingForFleetHost } from '../../quick/fleet-host'
import { fleet, type HeldLock } from './held-lock'
import { type LockedHost, startLockedHost } from './locked-host'

/** Called when it is too late to look whether something is there already: makes a directory at the path. */
const sync = String.raw`#!/bin/sh
path=$(printf %s "$3" | sed 's|/\.\(late-[a-z]*\)\.fleet-ops-new$|/\1|')
[ "$path" = "$3" ] || { mkdir "$path" && : >"$path/theirs"; }
`

suite('place-tree', { skip: missingForFleetHost }, () => {
  let host: FleetHost
  let connection: Connection
  let lock: HeldLock
  let locked: LockedHost
  before(async () => {
    locked = await startLockedHost({ programs: { sync } })
    ;({ host, connection, lock } = locked)
  })
  after(() => locked.stop())

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
