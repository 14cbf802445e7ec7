import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { after, before, suite, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { Machine } from '../../../src/fleet/fleet'
import { createConnections } from '../../../src/remote/connections'
import type { Link } from '../../../src/remote/link'
import { pipeCommand } from '../../../src/remote/script-pipe'
import { temporaryFolder } from '../../quick/folder'
import { programPath } from '../../quick/server-process'
import type { Sshd } from '../../quick/sshd'
import { clients } from './clients'
import { environment, nobody, startOneServer } from './one-server'
import { openLink } from './open-link'

const megabytes = 4

/** As the scripts of the product are made: nothing of them runs before the last line, and nothing after it is read. */
const script = (body: string) =>
  `fleet_ops() {\necho '# fleet-ops begins'\necho '# fleet-ops begins' >&2\n${body}\n}\nfleet_ops "$@"; exit\n`

for (const { name, skip, client, abilities } of clients)
  suite(`a script that is piped through a real sshd over ${name}`, { skip }, () => {
    const folder = temporaryFolder()
    const bytes = randomBytes(megabytes * 1024 * 1024)
    const sum = createHash('sha256').update(bytes).digest('hex')
    const never = new AbortController().signal
    let sshd: Sshd
    let machine: Machine
    let link: Link

    before(async () => {
      writeFileSync(join(folder, 'bytes'), bytes)
      const journalctl = `#!/bin/sh\ncat ${join(folder, 'bytes')}; echo a word apart >&2\n`
      const server = await startOneServer(folder, journalctl)
      sshd = server.sshd
      machine = server.machine
      link = await openLink(machine, client(), abilities)
    })
    after(async () => {
      await link.close()
      await sshd.stop()
    })
    const pipe = (body: string, signal = never, lines: string[] = []) =>
      pipeCommand(link, 'sh -s --', { script: script(body), onLine: line => lines.push(line), signal })

    for (const shell of ['sh', 'bash', 'mksh'])
      test(`takes and gives back bytes as they are: ${shell}`, {
        skip: programPath(shell) ? false : 'none',
      }, async () => {
        const { input, output, result } = await pipeCommand(link, `${shell} -s --`, {
          script: script('cat'),
          onLine: () => {},
          signal: never,
        })
        const [given] = await Promise.all([buffer(output), pipeline(Readable.from([bytes]), input)])
        assert.equal(createHash('sha256').update(given).digest('hex'), sum)
        assert.deepEqual(await result, { exitCode: 0, stdout: '', stderr: '' })
      })

    test('waits for a reader that is slow', async () => {
      const { input, output, result } = await pipe('cat; echo done >&2; exit 3')
      const hash = createHash('sha256')
      let waiting = 0
      const slow = new Writable({
        highWaterMark: 1024,
        write(piece, _, done) {
          hash.update(piece)
          waiting = Math.max(waiting, output.readableLength)
          turn().then(() => done())
        },
      })
      await Promise.all([pipeline(Readable.from([bytes]), input), pipeline(output, slow)])
      assert.equal(hash.digest('hex'), sum)
      assert.ok(waiting <= 256 * 1024, `${waiting} bytes were waiting`)
      assert.deepEqual(await result, { exitCode: 3, stdout: '', stderr: 'done\n' })
    })

    test('leaves out what a login shell says, and gives the lines of standard error', async () => {
      const lines: string[] = []
      writeFileSync(join(folder, 'home', '.bashrc'), 'echo welcome; echo welcome >&2\n')
      const { input, output, result } = await pipe('cat; echo one >&2; echo two >&2', never, lines)
      writeFileSync(join(folder, 'home', '.bashrc'), '')
      input.end('\0\xff')
      assert.deepEqual(await buffer(output), Buffer.from('\0\xff'))
      await result
      assert.deepEqual(lines, ['one', 'two'])
    })

    test('takes nothing that it leaves unread for more of the script', async () => {
      const { input, output, result } = await pipe('head -c 3')
      input.on('error', () => {})
      input.end('abc\necho this is no script\n')
      assert.equal((await buffer(output)).toString(), 'abc')
      assert.equal((await result).exitCode, 0)
    })

    test('that ends before it has read all does not leave its writer waiting', async () => {
      const { input, output, result } = await pipe('echo no room >&2; exit 70')
      const writing = pipeline(Readable.from(Array.from({ length: 64 }, () => bytes)), input)
      await assert.rejects(writing, /ended before it had read all/)
      assert.equal((await buffer(output)).length, 0)
      assert.deepEqual(await result, { exitCode: 70, stdout: '', stderr: 'no room\n' })
    })

    for (const [what, body] of [
      ['has ended', 'head -c 100000 /dev/zero'],
      ['goes on', 'while cat /dev/zero; do :; done'],
    ] as const)
      test(`that nobody reads any more comes to its end, if it ${what}`, async () => {
        const { input, output, result } = await pipe(body)
        input.on('error', () => {})
        output.destroy(new Error('the reader is gone'))
        await Promise.race([
          result.catch(() => {}),
          new Promise((_, fail) => setTimeout(() => fail(new Error('it is still waited for')), 20_000).unref()),
        ])
      })

    test('that cannot begin says why', async () => {
      const { output, result } = await pipeCommand(link, 'exec no-such-shell', {
        script: script('cat'),
        onLine: () => {},
        signal: never,
      })
      assert.equal((await buffer(output)).length, 0)
      const { exitCode, stderr } = await result
      assert.equal(exitCode, 127)
      assert.match(stderr, /no-such-shell.*not found/)
    })

    test('that is given up fails on both sides, and ends', async () => {
      const cancel = new AbortController()
      // It would go on for ever, and ends for want of somebody to print to.
      const { input, output, result } = await pipe('cat; while echo on; do sleep 0.2; done', cancel.signal)
      result.catch(() => {})
      const writing = pipeline(Readable.from(Array.from({ length: 64 }, () => bytes)), input)
      writing.catch(() => {})
      output.once('data', () => cancel.abort(new Error('enough')))
      await assert.rejects(buffer(output), /enough/)
      await assert.rejects(writing, /enough/)
    })

    test('is one of a connection, with its errors', async () => {
      const connections = createConnections({ prompts: nobody, environment, client, abilities })
      try {
        const connection = await connections.to(machine)
        const whole = await connection.pipe('journal', ['a.service', '1'])
        whole.input.end()
        const given = await buffer(whole.output)
        assert.equal(createHash('sha256').update(given.subarray(0, bytes.length)).digest('hex'), sum)
        assert.equal(given.subarray(bytes.length).toString(), 'a word apart\n')
        assert.equal((await whole.result).exitCode, 0)
        await assert.rejects(connection.pipe('journal', ['a\nb']), { name: 'RemoteError', phase: 'run' })

        // A pipe that breaks is no end of what it gives.
        const cut = await connection.pipe('journal', ['a.service', '1'])
        sshd.drop()
        await assert.rejects(cut.result, /The connection was lost/)
        await assert.rejects(buffer(cut.output), /The connection was lost/)
      } finally {
        await connections.dispose()
      }
    })
  })
