import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, mock, suite, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { Connections, Prompts, RemoteError } from '../../../src/remote/connection'
import { createConnections } from '../../../src/remote/connections'
import { OneKeyAgent } from '../../../src/remote/identities'
import { temporaryFolder } from '../../quick/folder'
import { copyKey, makeKey, publicKey } from '../../quick/keys'
import { programPath } from '../../quick/server-process'
import { type Sshd, startSshd } from '../../quick/sshd'

const nobody: Prompts = { trustHostKey: async () => false, secret: async () => undefined }
const needed = programPath('sshd') ? false : 'sshd is not installed'

// By a clock that only these tests move on: the sockets, the sshd and what they say are real.
suite('a server that is silent', { skip: needed }, () => {
  const folder = temporaryFolder()
  const key = makeKey(join(folder, 'id'))
  const sockets = new Set<Socket>()
  let sshd: Sshd
  let connections: Connections

  before(async () => {
    sshd = await startSshd(folder, { authorizedKeys: publicKey(key) })
  })
  after(async () => {
    for (const socket of sockets) socket.destroy()
    await sshd.stop()
  })
  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
    connections = createConnections({ prompts: nobody, environment: { PATH: process.env.PATH } })
  })
  afterEach(async () => {
    mock.timers.reset()
    await connections.dispose()
  })
  const machineOn = (port: number) => ({
    name: 'silent',
    host: '127.0.0.1',
    ssh: { user: sshd.user, port, identityFile: key, knownHostsFile: sshd.knownHosts },
  })
  /** Moves the clock on, second by second, as what happens then takes its turns. */
  async function pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      mock.timers.tick(1_000)
      for (let turn = 0; turn < 5; turn++) await setImmediate()
    }
  }
  /** The processes that serve a connection each. */
  const sessionsOf = ({ pid }: Sshd) =>
    readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  const outcome = (work: Promise<unknown>) => {
    const seen: { error: RemoteError | undefined } = { error: undefined }
    work.catch((error: RemoteError) => {
      seen.error = error
    })
    return seen
  }

  test('from the beginning is given up after 15 s, and it is said how far it came', async () => {
    const mute = createServer(socket => sockets.add(socket))
    await once(mute.listen(0, '127.0.0.1'), 'listening')
    const seen = outcome(connections.to(machineOn((mute.address() as AddressInfo).port)))
    const [socket] = (await once(mute, 'connection')) as [Socket]
    // It has said who it is: so it knows that it is connected.
    await once(socket, 'data')
    await pass(14)
    const early = seen.error
    await pass(2)
    mute.close()
    assert.equal(early, undefined)
    assert.equal(seen.error?.phase, 'connect')
    assert.match(seen.error?.message ?? '', /the connection was accepted, but nothing spoke SSH within 15 s/)
  })

  test('all of a sudden is noticed within 15 s', async () => {
    const connection = await connections.to(machineOn(sshd.port))
    assert.equal((await connection.run('journal', ['x', 'y'])).exitCode, 64)
    const sessions = sessionsOf(sshd)
    for (const pid of sessions) process.kill(pid, 'SIGSTOP')
    const seen = outcome(connection.run('journal', ['x', 'y']))
    try {
      await pass(15)
    } finally {
      for (const pid of sessions) process.kill(pid, 'SIGCONT')
    }
    assert.match(seen.error?.message ?? '', /The connection was lost \(it no longer answers\)/)
  })

  test('does not keep anybody from leaving', async () => {
    const sockets = () => process.getActiveResourcesInfo().filter(kind => kind === 'TCPSocketWrap').length
    const before = sockets()
    const connection = await connections.to(machineOn(sshd.port))
    assert.equal((await connection.run('journal', ['x', 'y'])).exitCode, 64)
    const sessions = sessionsOf(sshd)
    for (const pid of sessions) process.kill(pid, 'SIGSTOP')
    try {
      let left = false
      connections.dispose().then(() => {
        left = true
      })
      await pass(2)
      assert.ok(left)
      assert.equal(sockets(), before)
    } finally {
      for (const pid of sessions) process.kill(pid, 'SIGCONT')
    }
  })

  test('an operator may take their time for a passphrase, also for the machines that wait for the same key', async () => {
    const locked = copyKey(key, join(folder, 'locked'), { passphrase: 'open sesame', rounds: 1 })
    let answer = (_: string) => {}
    const asked: string[] = []
    const prompts: Prompts = {
      ...nobody,
      secret: ({ machine }) => {
        asked.push(machine)
        return new Promise(done => {
          answer = done
        })
      },
    }
    const signing = mock.method(OneKeyAgent.prototype, 'sign')
    const own = createConnections({ prompts, environment: { PATH: process.env.PATH } })
    try {
      const { ssh } = machineOn(sshd.port)
      const machines = ['core-1', 'core-2', 'core-3'].map(name => ({
        name,
        host: '127.0.0.1',
        ssh: { ...ssh, identityFile: locked },
      }))
      const all = machines.map(machine => own.to(machine))
      const seen = outcome(Promise.all(all))
      while (signing.mock.callCount() < machines.length || asked.length === 0) await setImmediate()
      await pass(90)
      assert.equal(seen.error, undefined)
      answer('open sesame')
      await Promise.all(all)
      assert.equal(asked.length, 1)
    } finally {
      signing.mock.restore()
      await own.dispose()
    }
  })
})
