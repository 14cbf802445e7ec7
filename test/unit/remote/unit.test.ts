import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, beforeEach, suite, test } from 'node:test'
import type { Connection } from '../../../src/remote/connection'
import { type FleetHost, missingForFleetHost } from '../../quick/fleet-host'
import { fleet, type HeldLock } from './held-lock'
import { type LockedHost, startLockedHost } from './locked-host'

const name = 'voxcore@3.service'

suite('unit', { skip: missingForFleetHost }, () => {
  let host: FleetHost
  let connection: Connection
  let lock: HeldLock
  let locked: LockedHost

  before(async () => {
    locked = await startLockedHost()
    ;({ host, connection, lock } = locked)
  })
  after(() => locked.stop())
  const folder = () => join(host.folder, 'units', name)
  const is = (state: Readonly<Record<string, string>>) => {
    rmSync(folder(), { recursive: true, force: true })
    mkdirSync(folder(), { recursive: true })
    for (const [property, value] of Object.entries(state)) writeFileSync(join(folder(), property), `${value}\n`)
    writeFileSync(join(host.folder, 'told'), '')
  }
  const property = (which: string) => {
    const path = join(folder(), which)
    return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined
  }
  const run = (action: string, unit = name) => connection.run('unit', [fleet, lock.token, action, unit])

  const running = { ActiveState: 'active', UnitFileState: 'enabled', MainPID: '41' }
  const stopped = { ActiveState: 'inactive', UnitFileState: 'disabled' }
  beforeEach(() => is(running))

  for (const [action, from, told] of [
    ['enable', stopped, ['enable voxcore@3.service']],
    ['enable', running, []],
    ['enable', { ...running, UnitFileState: 'disabled' }, ['enable voxcore@3.service']],
    ['enable', { ...running, ActiveState: 'failed' }, ['enable voxcore@3.service']],
    ['disable', running, ['disable voxcore@3.service']],
    ['disable', stopped, []],
    ['restart', running, ['restart voxcore@3.service']],
    ['restart', stopped, ['restart voxcore@3.service']],
    ['start', stopped, ['start voxcore@3.service']],
    ['stop', running, ['stop voxcore@3.service']],
  ] as const)
    test(`${action} of one that is ${from.ActiveState} and ${from.UnitFileState} tells systemd ${told.length === 0 ? 'nothing' : 'so'}`, async () => {
      is(from)
      const { exitCode, stdout, stderr } = await run(action)
      assert.equal(exitCode, 0, stderr)
      assert.match(stdout, new RegExp(`^result=${told.length === 0 ? 'already' : 'done'}$`, 'm'))
      assert.deepEqual(host.told(), told)
    })

  test('restart says the process before and after', async () => {
    const { stdout } = await run('restart')
    assert.match(stdout, new RegExp(`^before_pid=41\npid=${property('MainPID')}\n$`, 'm'))
  })

  test('enable that fails leaves it disabled, as it was', async () => {
    is({ ...stopped, fails: 'Job for voxcore@3.service failed.' })
    const { exitCode, stdout, stderr } = await run('enable')
    assert.equal(exitCode, 70)
    assert.match(stdout, /Job for voxcore@3\.service failed\./)
    assert.match(stderr, /systemctl enable --now voxcore@3\.service failed/)
    assert.deepEqual(host.told(), ['enable voxcore@3.service', 'disable voxcore@3.service'])
  })

  for (const action of ['restart', 'disable', 'stop'])
    test(`${action} that fails says that it could not be undone`, async () => {
      is({ ...running, fails: 'Job failed.' })
      assert.equal((await run(action)).exitCode, 71)
    })

  for (const [what, action, unit, exitCode] of [
    ['an action that there is not', 'mask', name, 64],
    ['a unit that systemd does not have', 'restart', 'other@1.service', 65],
    ['an option in place of a unit', 'restart', '--force', 64],
    ['a unit with a sign of the shell', 'restart', 'a;b.service', 64],
  ] as const)
    test(`refuses ${what}`, async () => {
      assert.equal((await run(action, unit)).exitCode, exitCode)
      assert.deepEqual(host.told(), [])
    })

  test('restarts several side by side', async () => {
    const units = [1, 2, 3].map(id => `voxcore@${id}.service`)
    for (const unit of units) mkdirSync(join(host.folder, 'units', unit), { recursive: true })
    const results = await Promise.all(units.map(unit => run('restart', unit)))
    assert.deepEqual(
      results.map(({ exitCode }) => exitCode),
      [0, 0, 0],
    )
  })
})
