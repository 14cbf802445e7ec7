import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { after, before, suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Machine } from '../../../../src/fleet/fleet'
import type { Connections } from '../../../../src/remote/connection'
import { createConnections } from '../../../../src/remote/connections'
import type { Link } from '../../../../src/remote/link'
import { removeLeftFolders } from '../../../../src/remote/openssh/left-folders'
import { temporaryFolder } from '../../../quick/folder'
import { programPath } from '../../../quick/server-process'
import type { Sshd } from '../../../quick/sshd'
import { opensshClients } from '../clients'
import { environment, nobody, startOneServer } from '../one-server'
import { openLink } from '../open-link'

/** Set for the process that is to be killed: it connects to this machine, says so, and does nothing more. */
const asProgram = 'FLEET_OPS_TEST_MACHINE'
const given = process.env[asProgram]
if (given !== undefined) {
  await openLink(JSON.parse(given), 'openssh')
  process.stdout.write('open')
  await new Promise(forEver => setTimeout(forEver, 600_000))
}

async function until(isSo: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 60_000; !isSo(); ) {
    assert.ok(Date.now() < deadline)
    await sleep(20)
  }
}

for (const { name, skip, sharesConnections, abilities, client } of opensshClients)
  suite(`the system's ssh: ${name}`, { skip }, () => {
    const folder = temporaryFolder()
    const bytes = randomBytes(3 * 1024 * 1024)
    let sshd: Sshd
    let machine: Machine
    let connections: Connections
    let link: Link

    before(async () => {
      const server = await startOneServer(
        folder,
        '#!/bin/sh\ncase $* in *unit=wait) echo waiting; sleep 20 ;; esac\necho "$@"; exit 3\n',
      )
      sshd = server.sshd
      machine = server.machine
      connections = createConnections({ prompts: nobody, environment, client, abilities })
      link = await openLink(machine, 'openssh', abilities)
    })
    after(async () => {
      await link.close()
      await connections.dispose()
      await sshd.stop()
    })

    test('runs commands, with their exit codes', async () => {
      for (const [command, code] of [
        ['true', 0],
        ['exit 7', 7],
        // What shares a connection ends with 255 for whatever went wrong.
        ['exit 255', sharesConnections ? 128 : 255],
        ['kill -9 $$', 128],
      ] as const) {
        const running = await link.exec(command)
        running.stdin.end()
        running.stdout.resume()
        running.stderr.resume()
        assert.equal(await running.exit, code, command)
      }
    })

    test('gives a command its input, and all of its output', async () => {
      const { stdin, stdout, stderr, exit } = await link.exec('cat; echo done >&2')
      stdin.end(bytes)
      assert.ok((await buffer(stdout)).equals(bytes))
      assert.equal(await text(stderr), 'done\n')
      assert.equal(await exit, 0)
    })

    test('hears of each channel how it ended, also of two that lead to one port', async () => {
      const sockets: Socket[] = []
      const server = createServer(socket => sockets.push(socket))
      await once(server.listen(0, '127.0.0.1'), 'listening')
      const { port } = server.address() as AddressInfo
      const open = await link.forward({ kind: 'port', port })
      await until(() => sockets.length === 1)
      server.close()
      const refused = await link.forward({ kind: 'port', port })
      const ends = [open, refused].map(channel => text(channel).catch((error: Error) => error.message))
      assert.match((await ends[1]) ?? '', /nothing listens/)
      for (const socket of sockets) socket.end()
      assert.equal(await ends[0], '')
    })

    test('ends a command that is cancelled, and goes on', async () => {
      const connection = await connections.to(machine)
      const cancel = new AbortController()
      const onLine = (line: string) => line === 'waiting' && cancel.abort()
      await assert.rejects(connection.run('journal', ['wait', '1'], { onLine, signal: cancel.signal }), /was cancelled/)
      assert.equal((await connection.run('journal', ['a.service', '1'])).exitCode, 70)
    })

    test('ends what still runs when it is closed', async () => {
      const own = await openLink(machine, 'openssh', abilities)
      const running = await own.exec('echo begun; sleep 20')
      await once(running.stdout, 'data')
      running.stdout.resume()
      running.stderr.resume()
      const cut = assert.rejects(running.exit, /connection (ended before the command did|was lost)/)
      await own.close()
      await cut
    })

    test('leaves nothing behind when it is closed', async () => {
      const before = new Set(privateFolders())
      const own = await openLink(machine, 'openssh', abilities)
      const made = privateFolders().filter(path => !before.has(path))
      for (const path of made) assert.equal(statSync(path).mode & 0o777, 0o700)
      assert.ok(made.length > 0)
      await own.close()
      await until(() => !privateFolders().some(path => made.includes(path)))
    })

    if (sharesConnections)
      test('says goodbye when it is closed, where its ssh does not hear a signal', async () => {
        const programs = join(folder, 'deaf')
        mkdirSync(programs)
        const ssh = `#!/bin/sh\ntrap '' TERM\nexec ${programPath('ssh')} "$@"\n`
        writeFileSync(join(programs, 'ssh'), ssh, { mode: 0o755 })
        const path = `${programs}:${environment.PATH}`
        const own = createConnections({ prompts: nobody, environment: { PATH: path }, client, abilities })
        await own.to(machine)
        const goodbyes = () => sshd.log().split('disconnected by user').length
        const before = goodbyes()
        await own.dispose()
        await until(() => goodbyes() > before)
      })

    // The others end with the command that they run.
    if (sharesConnections)
      test('ends with a program that was killed, and had no time to end it', async () => {
        const before = sshd.sessions()
        const ownTemporary = join(folder, 'tmp')
        mkdirSync(ownTemporary)
        const child = spawn(process.execPath, [fileURLToPath(import.meta.url)], {
          env: { ...environment, TMPDIR: ownTemporary, [asProgram]: JSON.stringify(machine) },
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        await once(child.stdout, 'data')
        const masters = sshd.sessions().filter(pid => !before.includes(pid))
        assert.equal(masters.length, 1)
        child.kill('SIGKILL')
        await until(() => !sshd.sessions().includes(masters[0] ?? 0))
        // What it has left goes with the next that connects.
        const [left = ''] = readdirSync(ownTemporary)
        assert.match(left, new RegExp(`^fleet-ops-${child.pid}-`))
        await removeLeftFolders(ownTemporary)
        assert.deepEqual(readdirSync(ownTemporary), [])
      })
  })

const privateFolders = () =>
  readdirSync(tmpdir())
    .filter(name => name.startsWith(`fleet-ops-${process.pid}-`))
    .map(name => join(tmpdir(), name))
