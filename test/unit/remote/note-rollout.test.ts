import assert from 'node:assert/strict'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, beforeEach, suite, test } from 'node:test'
import { parseProbe } from '../../../src/observe/probe'
import type { Connection } from '../../../src/remote/connection'
import { type FleetHost, missingForFleetHost } from '../../quick/fleet-host'
import { fleet, type HeldLock } from './held-lock'
import { type LockedHost, startLockedHost } from './locked-host'

suite('note-rollout', { skip: missingForFleetHost }, () => {
  let host: FleetHost
  let connection: Connection
  let lock: HeldLock
  let locked: LockedHost

  before(async () => {
    locked = await startLockedHost()
    ;({ host, connection, lock } = locked)
  })
  after(() => locked.stop())
  beforeEach(async () => {
    await host.shell('rm -rf /var/lib/fleet-ops/.rollouts')
    rmSync(join(host.folder, 'units'), { recursive: true, force: true })
    for (const id of [1, 2, 3]) started(id, id * 1000)
  })

  const unit = (id: number) => `voxcore@${id}.service`
  const file = `/var/lib/fleet-ops/.rollouts/${fleet}`
  const text = async () => (await host.shell(`cat ${file} 2>/dev/null || true`)).split('\n').slice(1).filter(Boolean)
  /** systemd has started it at that time by its own clock, in microseconds; 0 for never. */
  function started(id: number, microseconds: number): void {
    const folder = join(host.folder, 'units', unit(id))
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'ExecMainStartTimestampMonotonic'), `${microseconds}\n`)
  }
  async function note(moment: string, ...ids: readonly number[]): Promise<void> {
    const args = [fleet, lock.token, moment, ...ids.map(unit)]
    const { exitCode, stdout, stderr } = await connection.run('note-rollout', args)
    assert.deepEqual([exitCode, stdout, stderr], [0, 'result=done\n', ''])
  }
  async function probed() {
    const args = ['voxcore@', '1,2,3', '/nowhere', 'CALLS', 'WORKERS', fleet, 'PORT']
    return parseProbe((await connection.run('probe', args)).stdout).server.rollout
  }

  test('writes down when each worker was last started; a probe says which have been started since', async () => {
    assert.equal(await probed(), undefined)
    await note('begins', 1, 2, 3)
    assert.deepEqual(await text(), ['voxcore@1.service 1000', 'voxcore@2.service 2000', 'voxcore@3.service 3000'])
    assert.deepEqual((await probed())?.restarted, [])
    started(1, 900_000)
    started(3, 5)
    const rollout = await probed()
    assert.deepEqual(rollout?.restarted, [1, 3], 'later or earlier, as after a boot: another start is another start')
    assert.ok(Math.abs((rollout?.since ?? 0) - Date.now() / 1000) < 600, 'by the clock of the host')
  })

  test('begun again, it keeps what was noted first, and adds workers that were not', async () => {
    await note('begins', 1)
    const since = (await probed())?.since
    started(1, 900_000)
    await host.shell(`sed -i '1s/.*/${(since ?? 0) - 60}/' ${file}`)
    await note('begins', 1, 2)
    assert.deepEqual(await text(), ['voxcore@1.service 1000', 'voxcore@2.service 2000'])
    assert.deepEqual(await probed(), { since: (since ?? 0) - 60, restarted: [1] })
  })

  test('begun anew, it forgets', async () => {
    await note('begins', 1, 2)
    started(1, 900_000)
    await note('anew', 1)
    assert.deepEqual(await text(), ['voxcore@1.service 900000'])
  })

  test('ended for some workers it goes on for the others, and ended for all it is gone', async () => {
    await note('begins', 1, 2, 3)
    await note('ends', 1, 3)
    assert.deepEqual(await text(), ['voxcore@2.service 2000'])
    await note('ends', 2)
    assert.equal(await probed(), undefined)
    assert.equal(await host.shell('ls -A /var/lib/fleet-ops/.rollouts'), '')
    await note('ends', 2)
  })

  test('worker 1 is not worker 11', async () => {
    started(11, 1)
    await note('begins', 11)
    await note('begins', 1)
    await note('ends', 1)
    assert.deepEqual(await text(), ['voxcore@11.service 1'])
  })

  test('after a day it counts no more', async () => {
    await note('begins', 1)
    started(1, 900_000)
    await host.shell(`sed -i "1s/.*/$(($(date +%s) - 86401))/" ${file}`)
    assert.equal(await probed(), undefined)
    await note('begins', 1)
    assert.deepEqual((await probed())?.restarted, [])
  })

  test('a note that is none, and a start that systemd does not tell, skip nobody', async () => {
    await note('begins', 1)
    await host.shell(`echo nonsense >${file}`)
    assert.equal(await probed(), undefined)
    await note('begins', 1, 2)
    rmSync(join(host.folder, 'units', unit(1)), { recursive: true })
    started(2, 1)
    assert.deepEqual((await probed())?.restarted, [2])
  })

  for (const args of [
    ['sometimes', unit(1)],
    ['begins', '../x'],
    ['begins', '$(reboot)'],
    ['begins', unit(1), ''],
  ])
    test(`does nothing for ${JSON.stringify(args)}`, async () => {
      assert.equal((await connection.run('note-rollout', [fleet, lock.token, ...args])).exitCode, 64)
      assert.deepEqual(await text(), [])
    })

  test('notes nothing without the lock', async () => {
    assert.equal((await connection.run('note-rollout', [fleet, 'no-such-token', 'begins', unit(1)])).exitCode, 75)
    assert.deepEqual(await text(), [])
  })
})
