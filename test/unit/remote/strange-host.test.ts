import assert from 'node:assert/strict'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { parseProbe } from '../../../src/observe/probe'
import { missingForFleetHost } from '../../quick/fleet-host'
import { temporaryFolder } from '../../quick/folder'
import { fleet, takeLock, until } from './held-lock'
import { startUpstreamHost, type UpstreamHost } from './upstream-host'

/** A systemctl that colours and translates what it says, unless it is told not to. */
const colourful = (plain: string) => `#!/bin/sh
said=$(${plain} "$@")
code=$?
case $LC_ALL in C) ;; *) said=$(printf '%s\\n' "$said" | sed 's/active/aktiv/g; s/loaded/geladen/g; s/enabled/aktiviert/g') ;; esac
[ "\${SYSTEMD_COLORS:-1}" = 0 ] || said=$(printf '\\033[0;1;32m%s\\033[0m' "$said")
[ -z "$said" ] || printf '%s\\n' "$said"
exit "$code"
`

// A server as its owner likes it: in German and in colour, with a banner and a motd, and with nothing to be run from where scripts write.
suite('a strange host', { skip: missingForFleetHost }, () => {
  const folder = temporaryFolder()
  let here: UpstreamHost

  before(async () => {
    const banner = join(folder, 'banner')
    writeFileSync(banner, 'Authorized use only.\nunit=9 loaded active running enabled 0 1 1\n')
    here = await startUpstreamHost({
      shell: 'env LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8 SYSTEMD_COLORS=1 SYSTEMD_PAGER=less /bin/sh',
      settings: [`Banner ${banner}`, 'PrintMotd yes'],
    })
    const systemctl = join(here.host.folder, 'bin', 'systemctl')
    renameSync(systemctl, `${systemctl}.plain`)
    writeFileSync(systemctl, colourful(`${systemctl}.plain`), { mode: 0o755 })
    await here.host.shell('for folder in /run /var/lib; do mount -o remount,noexec "$folder"; done')
    await here.reset(here.text('one'))
    const unit = join(here.host.folder, 'units', 'voxcore@1.service')
    mkdirSync(unit, { recursive: true })
    for (const [property, value] of [
      ['ActiveState', 'active'],
      ['SubState', 'running'],
      ['UnitFileState', 'enabled'],
      ['MainPID', '41'],
    ])
      writeFileSync(join(unit, property ?? ''), `${value}\n`)
  })
  after(() => here.stop())

  test('is stranger than it looks: its systemctl alone would not be understood', async () => {
    const said = await here.host.shell(
      `LC_ALL=de_DE.UTF-8 ${join(here.host.folder, 'bin', 'systemctl')} is-enabled voxcore@1.service`,
    )
    assert.match(said, /aktiviert/)
    assert.ok(said.includes('\u001b['))
  })

  test('is understood all the same', async () => {
    const args = ['voxcore@', '1', '/nowhere', 'CALLS', 'WORKERS', fleet, 'PORT', here.file]
    const { units, loadBalancer } = parseProbe((await here.connection.run('probe', args)).stdout)
    assert.deepEqual([...units.keys()], [1])
    const { loadState, activeState, unitFileState, pid } = units.get(1) ?? {}
    assert.deepEqual([loadState, activeState, unitFileState, pid], ['loaded', 'active', 'enabled', 41])
    assert.ok(loadBalancer?.reachable && loadBalancer.nginxActive)
  })

  test('is changed, and its guardian restores, with /run and /var/lib mounted noexec', async () => {
    const lock = await takeLock(here.connection)
    const { exitCode, stdout } = await here.connection.run('unit', [fleet, lock.token, 'restart', 'voxcore@1.service'])
    assert.equal(exitCode, 0, stdout)
    assert.match(stdout, /^result=done\nbefore_pid=41\npid=\d+$/m)
    assert.equal((await here.write(lock.token, 'drain', here.text('two'))).exitCode, 0)
    assert.equal(await here.served(), 'two')
    await lock.leave()
    await until('nginx serves what was there before', async () => (await here.served()) === 'one')
  })
})
