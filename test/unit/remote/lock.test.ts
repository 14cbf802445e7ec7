import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, beforeEach, suite, test } from 'node:test'
import { missingForFleetHost } from '../../quick/fleet-host'
import { firstLine, fleet, type HeldLock, takeLock, until } from './held-lock'
import { startUpstreamHost, sumOf, type UpstreamHost } from './upstream-host'

/** Ten times as fast, so that thirty seconds of silence are three. */
const sleep = '#!/bin/sh\nexec /bin/sleep "$(echo "$1" | awk \'{ print $1 / 10 }\')"\n'

const readOnly = 'mount --bind /etc/nginx/conf.d /etc/nginx/conf.d && mount -o remount,ro,bind /etc/nginx/conf.d'
const writable = 'umount /etc/nginx/conf.d'

suite('the lock and its guardian', { skip: missingForFleetHost }, () => {
  let here: UpstreamHost
  let one: string
  let two: string
  let three: string

  before(async () => {
    here = await startUpstreamHost({ programs: { sleep } })
    ;[one, two, three] = [here.text('one'), here.text('two'), here.text('three')]
  })
  after(() => here.stop())
  beforeEach(() => here.reset(one))

  const write = async (lock: HeldLock, mode: 'drain' | 'settle', text: string) => {
    const result = await here.write(lock.token, mode, text)
    assert.equal(result.exitCode, 0, result.stdout + result.stderr)
  }
  const free = async () =>
    (await here.host.shell(`flock -n /run/fleet-ops/${fleet}/lock echo free || echo held`)).trim()
  const isFree = () => until('the lock is free', async () => (await free()) === 'free')
  const ended = async () => (await here.host.shell(`cat /run/fleet-ops/${fleet}/ended`)).trim()
  /** The pids of what was started with these words. */
  const pidsOf = async (words: string) =>
    (await here.host.shell(`grep -lz '${words}' /proc/[0-9]*/cmdline 2>/dev/null || true`))
      .split('\n')
      .flatMap(path => /\/proc\/(\d+)\//.exec(path)?.[1] ?? [])
  /** All at once: whoever outlives the others for a moment does what is left to do. */
  const kill = async (...words: readonly string[]) => {
    const pids = (await Promise.all(words.map(pidsOf))).flat()
    await here.host.shell(`kill -9 ${pids.join(' ')} 2>/dev/null || true`)
  }
  /** The guardian before the client's script, as each of the two notices that the other is gone. */
  const killAll = (lock: HeldLock) => kill(`guardian.${lock.token}`, lock.token)
  const isServed = (word: string) => until(`nginx serves ${word}`, async () => (await here.served()) === word)
  const leftovers = async () =>
    (
      await here.host.shell(
        `find /var/lib/fleet-ops /etc/systemd/system -name '*fleet-ops-*' -o -path '*/${fleet}/*' 2>/dev/null; find /run/fleet-ops/${fleet} -name '*.*'`,
      )
    )
      .split('\n')
      .filter(Boolean)

  test('is held until it is given back, and leaves nothing behind', async () => {
    const lock = await takeLock(here.connection)
    assert.equal(await free(), 'held')
    await lock.release()
    await isFree()
    assert.equal(await ended(), 'the run ended: there was nothing to restore')
    assert.deepEqual(await leftovers(), [])
    assert.deepEqual(here.beside(), ['upstream.conf'])
  })

  test('keeps a second operator out, and says who has it', async () => {
    const lock = await takeLock(here.connection)
    const second = await here.connection.start('lock', [fleet, randomUUID(), 'Ym9i', 'reload'])
    const [word, token, owner = '', operation, since] = (await firstLine(second)).split(' ')
    assert.deepEqual([word, token, operation], ['busy', lock.token, 'restart'])
    assert.equal(Buffer.from(owner, 'base64').toString(), 'alice@laptop')
    assert.ok(Math.abs(Number(since) - Date.now() / 1000) < 60)
    assert.equal((await second.result).exitCode, 76)
    await lock.release()
    await (await takeLock(here.connection)).release()
  })

  test('restores the upstream when the client goes away', async () => {
    const lock = await takeLock(here.connection)
    await write(lock, 'drain', two)
    assert.equal(await here.served(), 'two')
    await lock.leave()
    await isServed('one')
    assert.equal(here.now(), one)
    await isFree()
    assert.match(
      await ended(),
      /^the client went away: .*upstream\.conf was put back as it was before the drain, and nginx reloaded$/,
    )
    assert.deepEqual(await leftovers(), [])
    assert.deepEqual(here.beside(), ['upstream.conf'])
  })

  test('restores what was before the first drain of several', async () => {
    const lock = await takeLock(here.connection)
    await write(lock, 'drain', two)
    await write(lock, 'drain', three)
    await lock.leave()
    await isServed('one')
    await isFree()
  })

  test('restores nothing that is meant to stay', async () => {
    const lock = await takeLock(here.connection)
    await write(lock, 'drain', two)
    await write(lock, 'settle', three)
    await lock.leave()
    await isFree()
    assert.equal(here.now(), three)
    assert.equal(await ended(), 'the client went away: there was nothing to restore')
  })

  test('restores what was before the last drain, after something was meant to stay', async () => {
    const lock = await takeLock(here.connection)
    await write(lock, 'settle', two)
    await write(lock, 'drain', three)
    await lock.leave()
    await isServed('two')
    await isFree()
  })

  test('restores after a refused write what was before the drain', async () => {
    const lock = await takeLock(here.connection)
    await write(lock, 'drain', two)
    assert.equal((await here.write(lock.token, 'drain', 'nonsense on;\n')).exitCode, 78)
    assert.equal(await here.served(), 'two')
    await lock.leave()
    await isServed('one')
    await isFree()
  })

  test('restores when a run ends well and forgot to', async () => {
    const lock = await takeLock(here.connection)
    await write(lock, 'drain', two)
    await lock.release()
    await isServed('one')
  })

  test('leaves alone what somebody else has changed meanwhile', async () => {
    const lock = await takeLock(here.connection)
    await write(lock, 'drain', two)
    writeFileSync(join(here.host.nginx, 'conf.d', 'upstream.conf'), three)
    await lock.leave()
    await isFree()
    assert.equal(here.now(), three)
    assert.match(await ended(), /was changed by somebody else meanwhile and is left as it is$/)
    assert.deepEqual(here.beside(), ['upstream.conf'])
  })

  test('restores after thirty seconds of silence, and tells the client when it wakes up', async () => {
    const lock = await takeLock(here.connection, randomUUID(), { beats: false })
    await write(lock, 'drain', two)
    await isServed('one')
    assert.match(await ended(), /^the client was not heard for 30 s: /)
    assert.equal((await here.write(lock.token, 'drain', two)).exitCode, 75)
    lock.script.write('beat\n')
    const { exitCode, stderr } = await lock.script.result
    assert.deepEqual([exitCode, stderr], [75, 'The lock is lost.\n'])
    assert.equal(here.now(), one)
  })

  test('is held for as long as the client is heard', async () => {
    const lock = await takeLock(here.connection, randomUUID(), { beats: false })
    await write(lock, 'drain', two)
    for (let beats = 0; beats < 12; beats++) {
      await new Promise(done => setTimeout(done, 500))
      lock.script.write('beat\n')
    }
    assert.equal(await here.served(), 'two')
    await lock.release()
  })

  test('goes on under a new guardian when its own was killed', async () => {
    const lock = await takeLock(here.connection)
    await write(lock, 'drain', two)
    // With the next beat another takes its place.
    lock.fallSilent()
    await kill(`guardian.${lock.token}`)
    await isFree()
    assert.equal((await here.write(lock.token, 'drain', three)).exitCode, 75)
    lock.speak()
    await until('another guardian holds it', async () => (await free()) === 'held')
    await until('a change is allowed again', async () => (await here.write(lock.token, 'drain', three)).exitCode === 0)
    await lock.leave()
    await isServed('one')
    await isFree()
  })

  test('puts right first what a run left behind whose guardian was killed too', async () => {
    const dead = await takeLock(here.connection)
    await write(dead, 'drain', two)
    await killAll(dead)
    await dead.script.result.catch(() => {})
    await isFree()
    assert.equal(await here.served(), 'two')
    const lock = await takeLock(here.connection)
    assert.equal(here.now(), one)
    await isServed('one')
    assert.match(
      await ended(),
      /^the guardian of an earlier run was killed: .* was put back as it was before the drain/,
    )
    await lock.release()
    assert.deepEqual(await leftovers(), [])
  })

  test('is replaced by another that restores when both it and the client are killed', async () => {
    const lock = await takeLock(here.connection)
    await write(lock, 'drain', two)
    // With the next beat another takes its place.
    lock.fallSilent()
    await kill(`guardian.${lock.token}`)
    await isFree()
    await lock.leave()
    await isServed('one')
    await isFree()
    assert.match(await ended(), /^the client went away: .* was put back as it was before the drain/)
    assert.deepEqual(await leftovers(), [])
  })

  test('restores when its folder is deleted, and tells the client', async () => {
    const lock = await takeLock(here.connection)
    await write(lock, 'drain', two)
    await here.host.shell('rm -rf /run/fleet-ops')
    await isServed('one')
    await isFree()
    assert.match(await ended(), /^\/run\/fleet-ops\/quick was deleted: .* was put back as it was before the drain/)
    lock.script.write('beat\n')
    assert.equal((await lock.script.result).exitCode, 75)
    assert.equal((await here.write(lock.token, 'drain', two)).exitCode, 75)
    assert.deepEqual(await leftovers(), [])
  })

  test('leaves another run alone that has the lock in the folder that replaced its own', async () => {
    const first = await takeLock(here.connection)
    await write(first, 'drain', two)
    await here.host.shell('rm -rf /run/fleet-ops')
    const second = await takeLock(here.connection)
    await isServed('one')
    await write(second, 'drain', three)
    await until(
      'the first guardian has ended',
      async () =>
        // So spelt, the pattern does not match the command line that looks for it.
        (await pidsOf(`guardian[.]${first.token}`)).length === 0,
    )
    assert.equal(await here.served(), 'three')
    assert.equal(await free(), 'held')
    await write(second, 'drain', two)
    await second.leave()
    await isServed('one')
    await isFree()
    first.script.write('beat\n')
    assert.equal((await first.script.result).exitCode, 75)
  })

  test('holds on until nginx loads what was put back, and lets others in meanwhile', async () => {
    const lock = await takeLock(here.connection)
    await write(lock, 'drain', two)
    const broken = join(here.host.nginx, 'conf.d', 'other.conf')
    writeFileSync(broken, 'brokn;\n')
    await lock.leave()
    await isFree()
    assert.equal(here.now(), one)
    assert.equal(await here.served(), 'two')
    assert.match(
      await ended(),
      /put back as it was before the drain, and nginx could not be reloaded yet: unknown directive "brokn"/,
    )
    const second = await takeLock(here.connection)
    assert.equal((await here.write(second.token, 'settle', three)).exitCode, 78)
    await second.release()
    await isFree()
    rmSync(broken)
    await isServed('one')
    await until('it is told', async () => /^tried again: nginx reloaded$/.test(await ended()))
    assert.deepEqual(await leftovers(), [])
  })

  test('does not hold on once another run has had nginx load the file', async () => {
    const lock = await takeLock(here.connection)
    await write(lock, 'drain', two)
    const broken = join(here.host.nginx, 'conf.d', 'other.conf')
    writeFileSync(broken, 'brokn;\n')
    await lock.leave()
    await isFree()
    const second = await takeLock(here.connection)
    rmSync(broken)
    await write(second, 'drain', three)
    await until('the first guardian has ended', async () => (await pidsOf(`guardian[.]${lock.token}`)).length === 0)
    assert.equal(await here.served(), 'three')
    await second.leave()
    await isServed('one')
    await isFree()
    assert.deepEqual(await leftovers(), [])
  })

  test('holds on until what was there can be put back', async () => {
    const lock = await takeLock(here.connection)
    await write(lock, 'drain', two)
    await here.host.shell(readOnly)
    await lock.leave()
    await isFree()
    assert.match(await ended(), /could not be put back yet/)
    assert.equal(await here.served(), 'two')
    await here.host.shell(writable)
    await isServed('one')
    await until('it is told', async () => /^tried again: .*put back.*nginx reloaded$/.test(await ended()))
    assert.deepEqual(await leftovers(), [])
    assert.deepEqual(here.beside(), ['upstream.conf'])
  })

  const killInWrite = () =>
    here.host.shell(
      [
        'mkdir -p /var/lib/fleet-ops/quick && cd /etc/nginx/conf.d',
        'cp upstream.conf .upstream.conf.fleet-ops-old && echo "nonsense on;" >upstream.conf',
        `printf '%s\\n' /etc/nginx/conf.d/upstream.conf ${sumOf(one)} ${sumOf('nonsense on;\n')} >/var/lib/fleet-ops/quick/pending`,
      ].join(' && '),
    )

  test('undoes a write that was killed before nginx had tested it', async () => {
    await killInWrite()
    const lock = await takeLock(here.connection)
    assert.equal(here.now(), one)
    assert.deepEqual(here.beside(), ['upstream.conf'])
    await lock.release()
  })

  test('holds on until such a write can be undone', async () => {
    await killInWrite()
    await here.host.shell(readOnly)
    const lock = await takeLock(here.connection)
    assert.equal(here.now(), 'nonsense on;\n')
    await lock.release()
    await here.host.shell(writable)
    await until('it is undone', () => here.now() === one)
    await until('nothing is left', async () => (await leftovers()).length === 0)
    assert.deepEqual(here.beside(), ['upstream.conf'])
  })

  test('has the machine itself restore when it crashed, before nginx starts', async () => {
    const lock = await takeLock(here.connection)
    await write(lock, 'drain', two)
    const unit = await here.host.shell(
      'cat /etc/systemd/system/multi-user.target.wants/fleet-ops-restore-quick.service',
    )
    assert.match(unit, /^Before=nginx\.service$/m)
    const start = /^ExecStart=(.*)$/m.exec(unit)?.[1] ?? ''
    await killAll(lock)
    await here.host.shell('nginx -s stop; rm -rf /run/fleet-ops')
    await lock.script.result.catch(() => {})
    assert.equal(here.now(), two)
    await here.host.shell(start)
    assert.equal(here.now(), one)
    assert.deepEqual(here.beside(), ['upstream.conf'])
    assert.deepEqual(await leftovers(), [])
  })

  for (const [what, args] of [
    ['a fleet that is a path', ['../x', 'token', 'Ym9i', 'reload']],
    ['a token that is a path', [fleet, '../x', 'Ym9i', 'reload']],
    ['an owner that is not base64', [fleet, 'token', 'bob smith', 'reload']],
  ] as const)
    test(`refuses ${what}`, async () => {
      const script = await here.connection.start('lock', args)
      assert.equal((await script.result).exitCode, 64)
    })

  test('lets nobody change anything without it', async () => {
    for (const [script, args] of [
      ['reload', []],
      ['unit', ['restart', 'voxcore@1.service']],
      ['set-variable', ['/etc/hostname', 'A', '1']],
      ['write-upstream', [here.file, sumOf(one), 'settle', 'eA==']],
      ['firewall', ['nftables', '8001-8004', '10.0.0.1']],
    ] as const) {
      const result = await here.connection.run(script, [fleet, 'no-such-token', ...args])
      assert.equal(result.exitCode, 75, script)
    }
  })
})
