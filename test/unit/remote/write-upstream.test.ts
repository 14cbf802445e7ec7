import assert from 'node:assert/strict'
import { chmodSync, chownSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, beforeEach, suite, test } from 'node:test'
import { missingForFleetHost } from '../../quick/fleet-host'
import { type HeldLock, takeLock } from './held-lock'
import { startUpstreamHost, stopNginx, sumOf, type UpstreamHost } from './upstream-host'

suite('write-upstream', { skip: missingForFleetHost }, () => {
  let here: UpstreamHost
  let lock: HeldLock
  let one: string
  let two: string

  before(async () => {
    here = await startUpstreamHost()
    lock = await takeLock(here.connection)
    one = here.text('one')
    two = here.text('two')
  })
  after(async () => {
    await lock.release()
    await here.stop()
  })
  beforeEach(() => here.reset(one))

  test('writes, tests and reloads', async () => {
    const reloads = here.host.told().length
    const result = await here.write(lock.token, 'settle', two)
    assert.deepEqual([result.exitCode, result.stderr], [0, ''])
    assert.match(result.stdout, new RegExp(`result=done\nsha256=${sumOf(two)}\n$`))
    assert.equal(here.now(), two)
    assert.equal(await here.served(), 'two')
    assert.deepEqual(here.host.told().slice(reloads), ['reload nginx'])
    assert.deepEqual(here.beside(), ['upstream.conf'])
  })

  test('keeps the file as it was, where nginx does not read it', async () => {
    await here.write(lock.token, 'settle', two)
    assert.equal(await here.host.shell('cat /var/backups/fleet-ops/quick-upstream.conf'), one)
  })

  test('does nothing twice, but reloads: an earlier run may have ended in between', async () => {
    await here.write(lock.token, 'settle', two)
    const reloads = here.host.told().length
    const again = await here.write(lock.token, 'settle', two, sumOf(one))
    assert.equal(again.exitCode, 0)
    assert.match(again.stdout, /^result=already$/m)
    assert.deepEqual(here.host.told().slice(reloads), ['reload nginx'])
    assert.deepEqual(here.beside(), ['upstream.conf'])
  })

  test('keeps owner and mode', async () => {
    const path = join(here.host.nginx, 'conf.d', 'upstream.conf')
    chownSync(path, 0, 1234)
    chmodSync(path, 0o640)
    await here.write(lock.token, 'settle', two)
    const { uid, gid, mode } = statSync(path)
    assert.deepEqual([uid, gid, mode & 0o7777], [0, 1234, 0o640])
  })

  test('keeps every byte', async () => {
    const odd = `# \xe4\xff\x80 'a' "b" $c \\d\r\n${two}# no end`
    await here.write(lock.token, 'settle', odd)
    assert.equal(here.now(), odd)
  })

  test('writes the upstream of thousands of workers, which no command line would hold as it is', async () => {
    const lines = Array.from({ length: 10_000 }, (_, n) => `  server 10.1.${n >> 8}.${n & 255}:8001;\n`)
    const many = `${two}upstream many {\n${lines.join('')}}\n`
    const result = await here.write(lock.token, 'settle', many)
    assert.equal(result.exitCode, 0, result.stderr)
    assert.equal(here.now(), many)
  })

  test('makes a file that is not there', async () => {
    await here.reset(undefined)
    const result = await here.write(lock.token, 'settle', two, '-')
    assert.equal(result.exitCode, 0, result.stderr)
    assert.equal(here.now(), two)
    assert.equal(statSync(join(here.host.nginx, 'conf.d', 'upstream.conf')).mode & 0o777, 0o644)
    assert.equal(await here.served(), 'two')
  })

  test('writes the file behind a link, and keeps the link', async () => {
    const enabled = join(here.host.nginx, 'enabled')
    mkdirSync(enabled, { recursive: true })
    symlinkSync('../conf.d/upstream.conf', join(enabled, 'link.conf'))
    const result = await here.write(lock.token, 'settle', two, sumOf(one), '/etc/nginx/enabled/link.conf')
    assert.equal(result.exitCode, 0, result.stderr)
    assert.equal(here.now(), two)
    assert.equal(await here.host.shell('readlink /etc/nginx/enabled/link.conf'), '../conf.d/upstream.conf\n')
  })

  test('writes through no link that somebody has put beside the file', async () => {
    const victim = join(here.host.folder, 'victim')
    writeFileSync(victim, 'mine\n')
    for (const name of ['new', 'old', 'drained'])
      symlinkSync(victim, join(here.host.nginx, 'conf.d', `.upstream.conf.fleet-ops-${name}`))
    const drained = await here.write(lock.token, 'drain', two)
    assert.equal(drained.exitCode, 0, drained.stderr)
    const settled = await here.write(lock.token, 'settle', one)
    assert.equal(settled.exitCode, 0, settled.stderr)
    assert.equal(readFileSync(victim, 'utf8'), 'mine\n')
    assert.deepEqual([here.now(), here.beside()], [one, ['upstream.conf']])
  })

  test('takes what nginx only warns of, and says what that is', async () => {
    const twice = `${one}${one.replace('one', 'other')}`
    const { exitCode, stdout } = await here.write(lock.token, 'settle', twice)
    assert.equal(exitCode, 0, stdout)
    assert.match(stdout, /\[warn\] .*conflicting server name/)
    assert.equal(await here.served(), 'one')
  })

  for (const [what, text, before] of [
    ['a syntax error', 'server { listen', 'there'],
    ['an unknown directive', 'nonsense on;\n', 'there'],
    ['a file that was not there before', 'nonsense on;\n', 'missing'],
  ] as const)
    test(`puts back what was there when nginx refuses ${what}`, async () => {
      await here.reset(before === 'there' ? one : undefined)
      const reloads = here.host.told().length
      const result = await here.write(lock.token, 'settle', text, before === 'there' ? sumOf(one) : '-')
      assert.equal(result.exitCode, 78, result.stderr)
      assert.match(result.stdout, /\[emerg\].*\/etc\/nginx\/conf\.d\/upstream\.conf:1/)
      assert.equal(here.now(), before === 'there' ? one : undefined)
      assert.equal(here.host.told().length, reloads)
      assert.deepEqual(here.beside(), before === 'there' ? ['upstream.conf'] : [])
      if (before === 'there') assert.equal(await here.served(), 'one')
    })

  for (const [what, expected, before] of [
    ['has changed', sumOf('something else'), 'there'],
    ['is gone', sumOf('something else'), 'missing'],
    ['has come to be', '-', 'there'],
  ] as const)
    test(`writes nothing when the file ${what} since it was looked at`, async () => {
      await here.reset(before === 'there' ? one : undefined)
      const result = await here.write(lock.token, 'settle', two, expected)
      assert.equal(result.exitCode, 77, result.stderr)
      assert.equal(here.now(), before === 'there' ? one : undefined)
      assert.deepEqual(here.beside(), before === 'there' ? ['upstream.conf'] : [])
    })

  for (const [what, token, mode, file, exitCode] of [
    ["somebody else's token", 'other', 'settle', undefined, 75],
    ['a mode that there is not', undefined, 'both', undefined, 64],
    ['a path that is not absolute', undefined, 'settle', 'upstream.conf', 64],
    ['a folder', undefined, 'settle', '/etc/nginx/conf.d', 65],
    ['a folder that is not there', undefined, 'settle', '/nowhere/at/all/upstream.conf', 65],
  ] as const)
    test(`refuses ${what}`, async () => {
      const result = await here.write(token ?? lock.token, mode as 'settle', two, sumOf(one), file)
      assert.equal(result.exitCode, exitCode, result.stdout + result.stderr)
      assert.equal(here.now(), one)
    })

  test('puts the file back when nginx does not run', async () => {
    await stopNginx(here.host)
    const result = await here.write(lock.token, 'settle', two)
    assert.equal(result.exitCode, 70)
    assert.match(result.stderr, /nginx is not running/)
    assert.equal(here.now(), one)
  })

  for (const [what, prepare] of [
    [
      'full',
      'mount -t tmpfs -o size=64k tmpfs /etc/nginx/conf.d && cp /tmp/one.$$ /etc/nginx/conf.d/upstream.conf && { head -c 1000000 /dev/zero >/etc/nginx/conf.d/rest 2>/dev/null || true; }',
    ],
    [
      'read-only',
      'mount -t tmpfs tmpfs /etc/nginx/conf.d && cp /tmp/one.$$ /etc/nginx/conf.d/upstream.conf && mount -o remount,ro /etc/nginx/conf.d',
    ],
  ] as const)
    test(`leaves everything as it is when the disk is ${what}`, async () => {
      await here.host.shell(`cp /etc/nginx/conf.d/upstream.conf /tmp/one.$$ && ${prepare}; rm /tmp/one.$$`)
      try {
        const result = await here.write(lock.token, 'settle', two, sumOf(one))
        assert.equal(result.exitCode, 70, result.stdout + result.stderr)
        assert.equal(await here.host.shell('cat /etc/nginx/conf.d/upstream.conf'), one)
        assert.equal(await here.host.shell('ls -A /etc/nginx/conf.d | grep -c fleet-ops || true'), '0\n')
        assert.equal(await here.served(), 'one')
      } finally {
        await here.host.shell('umount /etc/nginx/conf.d')
      }
    })

  test('reloads without a change', async () => {
    const reload = () => here.connection.run('reload', ['quick', lock.token])
    assert.match((await reload()).stdout, /result=done\n$/)
    await here.host.shell("printf 'nonsense on;' >/etc/nginx/conf.d/other.conf")
    const refused = await reload()
    assert.equal(refused.exitCode, 78)
    assert.match(refused.stdout, /\[emerg\] /)
    assert.equal(await here.served(), 'one')
  })
})
