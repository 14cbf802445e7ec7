import assert from 'node:assert/strict'
import {
  chownSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import type { Connection } from '../../../src/remote/connection'
import { type FleetHost, missingForFleetHost } from '../../quick/fleet-host'
import { programPath } from '../../quick/server-process'
import { fleet, type HeldLock } from './held-lock'
import { type LockedHost, startLockedHost } from './locked-host'

/** `CALLS` is set to 8: what was in the file, and what is then. */
const edits: readonly (readonly [what: string, before: string, after: string])[] = [
  ['the only line', 'CALLS=5\n', 'CALLS=8\n'],
  ['a line among others', '# VoxCore\nA=1\nCALLS=5\nB=2\n', '# VoxCore\nA=1\nCALLS=8\nB=2\n'],
  ['a file without a final newline', 'A=1\nCALLS=5', 'A=1\nCALLS=8'],
  ['a last line that stays without its end', 'CALLS=5\nA=1', 'CALLS=8\nA=1'],
  ['CRLF', 'A=1\r\nCALLS=5\r\nB=2\r\n', 'A=1\r\nCALLS=8\r\nB=2\r\n'],
  ['double quotes', 'CALLS="5"\n', 'CALLS="8"\n'],
  ['single quotes', "CALLS='5'\n", "CALLS='8'\n"],
  ['quotes with CRLF', 'CALLS="5"\r\n', 'CALLS="8"\r\n'],
  ['blanks behind the value', 'CALLS=5  \n', 'CALLS=8  \n'],
  ['blanks before the name', '  CALLS=5\n', '  CALLS=8\n'],
  ['blanks around the sign', 'CALLS = 5\n', 'CALLS = 8\n'],
  ['export', 'export CALLS=5\n', 'export CALLS=8\n'],
  ['export with quotes', 'export  CALLS="5"\n', 'export  CALLS="8"\n'],
  ['an empty value', 'CALLS=\n', 'CALLS=8\n'],
  ['the last of several, which is the one that counts', 'CALLS=1\nCALLS=2\nA=1\n', 'CALLS=1\nCALLS=8\nA=1\n'],
  ['a variable that is not there', 'A=1\n', 'A=1\nCALLS=8\n'],
  ['a variable that is not there, with CRLF', 'A=1\r\n', 'A=1\r\nCALLS=8\r\n'],
  ['a variable that is not there, without a final newline', 'A=1', 'A=1\nCALLS=8'],
  ['an empty file', '', 'CALLS=8\n'],
  ['a comment with its name', '#CALLS=5\n; CALLS=5\n', '#CALLS=5\n; CALLS=5\nCALLS=8\n'],
  ['names that it is a part of', 'MAX_CALLS=5\nCALLS_MAX=5\n', 'MAX_CALLS=5\nCALLS_MAX=5\nCALLS=8\n'],
  ['secrets with every sign', 'KEY=$a`b"c\'d\\e&f|g%h\nCALLS=5\n', 'KEY=$a`b"c\'d\\e&f|g%h\nCALLS=8\n'],
  ['a value with a comment behind it', 'A=1\nCALLS=5 # five\nB=2\n', 'A=1\n# five\nCALLS=8\nB=2\n'],
  ['quotes with a comment behind them', 'CALLS="5" # five\n', '# five\nCALLS="8"\n'],
  ['single quotes with a comment behind them', "CALLS='5'\t#five\n", "#five\nCALLS='8'\n"],
  ['a comment that is quoted in part', 'CALLS="5" # say "five"\n', '# say "five"\nCALLS="8"\n'],
  ['a comment, indented and exported', '  export CALLS="5" # five  \n', '  # five\n  export CALLS="8"\n'],
  ['a comment with CRLF', 'A=1\r\nCALLS=5 # five\r\n', 'A=1\r\n# five\r\nCALLS=8\r\n'],
  ['a comment without a final newline', 'CALLS=5 # five', '# five\nCALLS=8'],
  ['a comment that goes on with a backslash', 'CALLS=5 # five\\\nB=2\n', '# five\\ \nCALLS=8\nB=2\n'],
  ['a comment where a value should be', 'CALLS= # five\n', '# five\nCALLS= 8\n'],
  ['a number with a sign behind it that begins no comment', 'CALLS=5#five\n', 'CALLS=8\n'],
  ['a sign within quotes', 'CALLS="5 # five"\n', 'CALLS="8"\n'],
  ['of two with comments the last', 'CALLS=1 # one\nCALLS=2 # two\n', 'CALLS=1 # one\n# two\nCALLS=8\n'],
  ['a number that has one already', '# calls\nCALLS=5 # five\n', '# calls\n# five\nCALLS=8\n'],
  ['empty lines', '\n\nCALLS=5\n\n\n', '\n\nCALLS=8\n\n\n'],
]

const shells = ['/bin/dash', '/bin/bash', '/usr/bin/busybox sh'].filter(shell =>
  programPath(shell.split('/').at(-1)?.split(' ')[0] ?? ''),
)

for (const shell of shells)
  suite(`set-variable under ${shell}`, { skip: missingForFleetHost }, () => {
    let host: FleetHost
    let connection: Connection
    let lock: HeldLock
    let locked: LockedHost

    before(async () => {
      locked = await startLockedHost({ shell })
      ;({ host, connection, lock } = locked)
    })
    after(() => locked.stop())

    const set = (file: string, value = '8', token = lock.token, variable = 'CALLS') =>
      connection.run('set-variable', [fleet, token, file, variable, value])
    const fileOf = (name: string, text: string) => {
      const folder = join(host.folder, name.replace(/[^a-z]/gi, '_'))
      mkdirSync(folder, { recursive: true })
      const file = join(folder, '.env')
      writeFileSync(file, Buffer.from(text, 'latin1'), { mode: 0o640 })
      return file
    }

    for (const [what, before, after] of edits)
      test(`changes ${what}`, async () => {
        const file = fileOf(what, before)
        assert.deepEqual(await set(file), { exitCode: 0, stdout: 'result=done\n', stderr: '' })
        assert.equal(readFileSync(file, 'latin1'), after)
        assert.deepEqual(await set(file), { exitCode: 0, stdout: 'result=already\n', stderr: '' })
        assert.equal(readFileSync(file, 'latin1'), after)
        assert.deepEqual(readdirSync(join(file, '..')), ['.env'])
      })

    test('keeps bytes that are no UTF-8', async () => {
      const file = fileOf('bytes', 'A=\xff\xfe\x80\nCALLS=5\n')
      await set(file)
      assert.equal(readFileSync(file, 'latin1'), 'A=\xff\xfe\x80\nCALLS=8\n')
    })

    test('keeps owner and mode', async () => {
      const file = fileOf('owner', 'CALLS=5\n')
      chownSync(file, 1234, 2345)
      await set(file)
      const { uid, gid, mode } = statSync(file)
      assert.deepEqual([uid, gid, mode & 0o7777], [1234, 2345, 0o640])
    })

    test('changes the file behind a link, and keeps the link', async () => {
      const file = fileOf('behind', 'CALLS=5\n')
      const link = join(host.folder, 'link.env')
      symlinkSync(file, link)
      await set(link)
      assert.equal(readFileSync(file, 'utf8'), 'CALLS=8\n')
      assert.deepEqual(await host.shell(`readlink ${link}`), `${file}\n`)
    })

    test('writes through no link that somebody has put beside the file', async () => {
      const file = fileOf('planted', 'CALLS=5\n')
      const victim = join(host.folder, 'victim')
      writeFileSync(victim, 'mine\n')
      symlinkSync(victim, join(file, '..', '..env.fleet-ops-new'))
      assert.equal((await set(file)).exitCode, 0)
      assert.equal(readFileSync(victim, 'utf8'), 'mine\n')
      assert.equal(readFileSync(file, 'utf8'), 'CALLS=8\n')
    })

    for (const [owner, exitCode] of [
      [1234, 0],
      [0, 65],
    ] as const)
      test(`follows a link of a user's to a file ${owner === 0 ? 'that is not theirs: no' : 'of theirs: yes'}`, async () => {
        const file = fileOf(`linked by a user ${owner === 0 ? 'no' : 'yes'}`, 'CALLS=5\n')
        const link = join(file, '..', 'link')
        symlinkSync('.env', link)
        lchownSync(link, 1234, 1234)
        chownSync(file, owner, owner)
        const result = await set(link)
        assert.equal(result.exitCode, exitCode, result.stderr)
        assert.equal(readFileSync(file, 'utf8'), exitCode === 0 ? 'CALLS=8\n' : 'CALLS=5\n')
        if (exitCode !== 0)
          assert.match(result.stderr, /is a link to .*, and belongs neither to root nor to the owner of that/)
      })

    for (const [what, args, exitCode, words] of [
      ['a file that is not there', ['/nowhere/.env', '8'], 65, /There is no file \/nowhere\/\.env/],
      ['a folder', ['/tmp', '8'], 65, /is not a file/],
      ['a path that is not absolute', ['.env', '8'], 64, /not an absolute path/],
      ['a value with a blank', ['/tmp/x', '8 9'], 64, /not a plain value/],
      ['a value with a sign of the shell', ['/tmp/x', '$(id)'], 64, /not a plain value/],
      ['no value', ['/tmp/x', ''], 64, /not a plain value/],
      ["somebody else's token", ['/tmp/x', '8', 'other'], 75, /no longer this run's/],
      ['a variable that is none', ['/tmp/x', '8', undefined, 'A.*'], 64, /not a variable/],
    ] as const)
      test(`refuses ${what}`, async () => {
        const [file, value, token, variable] = args
        const result = await set(file, value, token ?? lock.token, variable ?? 'CALLS')
        assert.equal(result.exitCode, exitCode, result.stderr)
        assert.match(result.stderr, words)
      })

    test('leaves a file as it is when the disk is full', async () => {
      const folder = join(host.folder, 'full')
      mkdirSync(folder)
      await host.shell(`mount -t tmpfs -o size=64k tmpfs ${folder}`)
      await host.shell(
        `printf 'CALLS=5\\n' >${folder}/.env; head -c 1000000 /dev/zero >${folder}/rest 2>/dev/null; true`,
      )
      const result = await set(join(folder, '.env'))
      assert.equal(result.exitCode, 70, result.stdout + result.stderr)
      assert.equal(await host.shell(`cat ${folder}/.env; ls -A ${folder}`), 'CALLS=5\n.env\nrest\n')
    })

    test('leaves a file as it is when the disk is read-only', async () => {
      const folder = join(host.folder, 'read-only')
      mkdirSync(folder)
      await host.shell(
        `mount -t tmpfs tmpfs ${folder} && printf 'CALLS=5\\n' >${folder}/.env && mount -o remount,ro ${folder}`,
      )
      const result = await set(join(folder, '.env'))
      assert.equal(result.exitCode, 70, result.stdout + result.stderr)
      assert.equal(await host.shell(`cat ${folder}/.env`), 'CALLS=5\n')
    })
  })
