import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { after, before, suite, test } from 'node:test'
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
        journalctl: '#!/bin/sh\ncase $* in *unit=wait) echo waiting; sleep 600 ;; esac\necho "$@"; exit 3\n',
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
})
