import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import type { Prompts } from '../../../src/remote/connection'
import { createConnections } from '../../../src/remote/connections'
import { keepAlive } from '../../../src/remote/open-connection'
import { temporaryFolder } from '../../quick/folder'
import { makeKey, publicKey } from '../../quick/keys'
import { programPath } from '../../quick/server-process'
import { type Sshd, startSshd } from '../../quick/sshd'

const nobody: Prompts = { trustHostKey: async () => false, secret: async () => undefined }
const needed = programPath('sshd') ? false : 'sshd is not installed'

// Side by side: each takes the fifteen seconds that it is about.
suite('a server that is silent', { skip: needed, concurrency: true }, () => {
  const folder = temporaryFolder()
  const key = makeKey(join(folder, 'id'))
  const sockets = new Set<Socket>()
  const mute = createServer(socket => sockets.add(socket))
  let sshd: Sshd

  before(async () => {
    sshd = await startSshd(folder, { authorizedKeys: publicKey(key) })
    await once(mute.listen(0, '127.0.0.1'), 'listening')
  })
  after(async () => {
    for (const socket of sockets) socket.destroy()
    mute.close()
    await sshd.stop()
  })
  const machineOn = (port: number) => ({
    name: 'silent',
    host: '127.0.0.1',
    ssh: { user: sshd.user, port, identityFile: key, knownHostsFile: sshd.knownHosts },
  })

  test('from the beginning is given up in time, and it is said how far it came', { timeout: 100_000 }, async () => {
    const connections = createConnections({ prompts: nobody, environment: { PATH: process.env.PATH } })
    await assert.rejects(connections.to(machineOn((mute.address() as AddressInfo).port)), {
      phase: 'connect',
      message: /took the connection and did not speak SSH within 15 s/,
    })
    await connections.dispose()
  })

  test('all of a sudden is noticed within 15 s', { timeout: 100_000 }, async () => {
    const connections = createConnections({ prompts: nobody, environment: { PATH: process.env.PATH } })
    const connection = await connections.to(machineOn(sshd.port))
    const children = readFileSync(`/proc/${sshd.pid}/task/${sshd.pid}/children`, 'utf8')
    const sessions = children.split(' ').filter(Boolean).map(Number)
    for (const pid of sessions) process.kill(pid, 'SIGSTOP')
    await assert.rejects(connection.run('journal', ['x', 'y']), /The connection was lost \(it no longer answers\)/)
    for (const pid of sessions) process.kill(pid, 'SIGCONT')
    // By the clock this would depend on how busy the machine is.
    assert.ok(keepAlive.intervalMilliseconds * (keepAlive.tries + 1) <= 15_000)
    await connections.dispose()
  })
})
