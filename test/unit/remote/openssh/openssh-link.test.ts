import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { after, before, suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Machine } from '../../../../src/fleet/fleet'
import type { Connections, Prompts } from '../../../../src/remote/connection'
import { createConnections } from '../../../../src/remote/connections'
import type { Link } from '../../../../src/remote/link'
import { temporaryFolder } from '../../../quick/folder'
import { makeKey, publicKey } from '../../../quick/keys'
import { programPath } from '../../../quick/server-process'
import { type Sshd, startSshd } from '../../../quick/sshd'
import { openLink } from '../open-link'

const nobody: Prompts = { trustHostKey: async () => false, secret: async () => undefined }
const environment = { PATH: process.env.PATH }

/** Set for the process that is to be killed: it connects to this machine, says so, and does nothing more. */
const asProgram = 'FLEET_OPS_TEST_MACHINE'
const given = process.env[asProgram]
if (given !== undefined) {
  const { controlPath = '' } = await openLink(JSON.parse(given), 'openssh')
  process.stdout.write(dirname(controlPath))
  await new Promise(forEver => setTimeout(forEver, 600_000))
}

async function until(isSo: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 60_000; !isSo(); ) {
    assert.ok(Date.now() < deadline)
    await sleep(20)
  }
}

suite("the system's ssh", { skip: programPath('sshd') && programPath('ssh') ? false : 'needs ssh and sshd' }, () => {
  const folder = temporaryFolder()
  const key = makeKey(join(folder, 'id'))
  const bytes = randomBytes(3 * 1024 * 1024)
  let sshd: Sshd
  let machine: Machine
  let connections: Connections
  let link: Link

  before(async () => {
    sshd = await startSshd(folder, {
      authorizedKeys: publicKey(key),
      programs: {
        journalctl: '#!/bin/sh\ncase $* in *unit=wait) echo waiting; sleep 20 ;; esac\necho "$@"; exit 3\n',
      },
    })
    const ssh = { user: sshd.user, port: sshd.port, identityFile: key, knownHostsFile: sshd.knownHosts }
    machine = { name: 'core-1', host: '127.0.0.1', ssh }
    connections = createConnections({ prompts: nobody, environment, client: () => 'openssh' })
    link = await openLink(machine, 'openssh')
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
      ['exit 255', 128],
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

  test('ends a command that is cancelled, and goes on', async () => {
    const connection = await connections.to(machine)
    const cancel = new AbortController()
    const onLine = (line: string) => line === 'waiting' && cancel.abort()
    await assert.rejects(connection.run('journal', ['wait', '1'], { onLine, signal: cancel.signal }), /was cancelled/)
    assert.equal((await connection.run('journal', ['a.service', '1'])).exitCode, 70)
  })

  test('leaves nothing behind when it is closed', async () => {
    const own = await openLink(machine, 'openssh')
    const folder = dirname(own.controlPath ?? '')
    assert.equal(statSync(folder).mode & 0o777, 0o700)
    await own.close()
    await until(() => !existsSync(folder))
  })

  test('ends with a program that was killed, and had no time to end it', async () => {
    const sessions = () =>
      readFileSync(`/proc/${sshd.pid}/task/${sshd.pid}/children`, 'utf8').split(' ').filter(Boolean)
    const before = sessions()
    const child = spawn(process.execPath, [fileURLToPath(import.meta.url)], {
      env: { ...environment, [asProgram]: JSON.stringify(machine) },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [left] = await once(child.stdout, 'data')
    const masters = sessions().filter(pid => !before.includes(pid))
    assert.equal(masters.length, 1)
    child.kill('SIGKILL')
    await until(() => !sessions().includes(masters[0] ?? ''))
    rmSync(String(left), { recursive: true })
  })
})
