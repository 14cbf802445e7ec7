import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { type Duplex, PassThrough } from 'node:stream'
import { after, afterEach, before, beforeEach, mock, suite, test } from 'node:test'
import ssh2 from 'ssh2'
import type { Machine } from '../../../src/fleet/fleet'
import type { Connections } from '../../../src/remote/connection'
import { createConnections } from '../../../src/remote/connections'
import type { Link } from '../../../src/remote/link'
import { parseConfiguration, settingsOf } from '../../../src/remote/machine-settings'
import { resolveMachine } from '../../../src/remote/resolve'
import { sshArguments } from '../../../src/remote/ssh-arguments'
import { TimeLimit } from '../../../src/remote/time-limit'
import { jumpMachine, openWay } from '../../../src/remote/way'
import { temporaryFolder } from '../../quick/folder'
import { makeKey, publicKey } from '../../quick/keys'
import { hasEnded, writtenTo } from '../../quick/left-process'
import { programPath } from '../../quick/server-process'
import { type Sshd, startSshd } from '../../quick/sshd'
import { clients } from './clients'
import { environment, nobody } from './one-server'

const hasIpv6 = Object.values(networkInterfaces()).some(all => all?.some(({ address }) => address === '::1'))

suite('jump hosts as ssh -J takes them', () => {
  const owner = { name: 'core-1', ssh: { identityFile: '/key', user: 'deploy', port: 2222 } }
  for (const [jumps, host, ssh] of [
    ['bastion', 'bastion', {}],
    ['alice@bastion', 'bastion', { user: 'alice' }],
    ['bastion:2200', 'bastion', { port: 2200 }],
    ['alice@10.0.0.1:2200', '10.0.0.1', { user: 'alice', port: 2200 }],
    ['ssh://alice@bastion:2200', 'bastion', { user: 'alice', port: 2200 }],
    ['[2001:db8::1]:2200', '2001:db8::1', { port: 2200 }],
    ['one,two', 'two', { proxyJump: 'one' }],
    ['one:22, bob@two ,three', 'three', { proxyJump: 'one:22,bob@two' }],
  ] as const)
    test(jumps, () => {
      const machine = jumpMachine(owner, jumps)
      assert.equal(machine.host, host)
      // fleet.yaml's key is for its jump hosts too, its user and port are not.
      assert.deepEqual(machine.ssh, { identityFile: '/key', ...ssh })
    })

  for (const jumps of ['', 'a:b', '2001:db8::1', 'one,,', 'a@b@c'])
    test(`${JSON.stringify(jumps)} is none`, () => {
      assert.throws(() => jumpMachine(owner, jumps), { name: 'RemoteError', phase: 'resolve' })
    })
})

suite('jump hosts that are servers of the fleet', () => {
  const bastion: Machine = { name: 'core-2', host: '10.0.0.2', ssh: { user: 'bob', identityFile: '/other' } }
  const owner = { name: 'core-1', ssh: { identityFile: '/key', user: 'deploy', jumpServers: [bastion] } }
  for (const [jumps, host, ssh] of [
    ['core-2', '10.0.0.2', { user: 'bob', identityFile: '/other' }],
    ['one,core-2', '10.0.0.2', { user: 'bob', identityFile: '/other', proxyJump: 'one' }],
    ['core-2,two', 'two', { identityFile: '/key', proxyJump: 'core-2' }],
    ['alice@core-2', 'core-2', { identityFile: '/key', user: 'alice' }],
  ] as const)
    test(jumps, () => {
      const machine = jumpMachine(owner, jumps)
      assert.equal(machine.host, host)
      assert.deepEqual(machine.ssh, { ...ssh, jumpServers: [bastion] })
    })
})

for (const { name: clientName, skip, sharesConnections, ...chosen } of clients)
  suite(`the way to a server over ${clientName}`, { skip }, () => {
    const folder = temporaryFolder()
    const key = makeKey(join(folder, 'id'))
    const servers: Sshd[] = []
    const known = join(folder, 'known_hosts')
    const bin = join(folder, 'bin')
    const configured = { PATH: `${bin}:${process.env.PATH}` }
    mkdirSync(bin)
    const configure = (text = '') => writeFileSync(join(folder, 'config'), text)
    const proxyProgram = `require('net').connect(+process.argv[3],process.argv[2]).on('connect',function(){process.stdin.pipe(this).pipe(process.stdout)})`
    const proxyCommand = `${process.execPath} ${folder}/proxy.cjs %h %p`
    let connections: Connections

    before(async () => {
      writeFileSync(join(bin, 'ssh'), `#!/bin/sh\nexec ${programPath('ssh')} -F ${folder}/config "$@"\n`, {
        mode: 0o755,
      })
      writeFileSync(join(folder, 'proxy.cjs'), proxyProgram)
      for (const name of ['one', 'two', 'three'])
        servers.push(
          await startSshd(join(folder, name), {
            authorizedKeys: publicKey(key),
            settings: hasIpv6 ? ['ListenAddress ::1'] : [],
          }),
        )
      writeFileSync(known, servers.map(({ knownHosts }) => readFileSync(knownHosts, 'utf8')).join(''))
      connections = createConnections({ prompts: nobody, environment, ...chosen })
    })
    after(async () => {
      await connections.dispose()
      for (const server of servers) await server.stop()
    })

    const address = (index: number) => `${servers[index]?.user}@127.0.0.1:${servers[index]?.port}`
    const machineAt = (index: number, proxyJump?: string, knownHostsFile = known): Machine => ({
      name: `server-${index}`,
      host: '127.0.0.1',
      ssh: {
        user: servers[index]?.user ?? '',
        port: servers[index]?.port ?? 0,
        identityFile: key,
        knownHostsFile,
        ...(proxyJump ? { proxyJump } : {}),
      },
    })
    const works = async (machine: Machine, all = connections) => {
      const connection = await all.to(machine)
      assert.equal((await connection.run('journal', ['x', 'y'])).exitCode, 64)
    }
    const logins = (index: number) => servers[index]?.log().match(/Accepted publickey/g)?.length ?? 0

    for (const [what, jump] of [
      ['', undefined],
      [', and to a jump host', 'ssh://[::1]:'],
    ] as const)
      test(`leads to an IPv6 address${what}`, { skip: hasIpv6 ? false : 'there is no IPv6 here' }, async () => {
        const file = join(folder, 'known-by-ipv6')
        writeFileSync(file, servers.map(({ port, hostKey }) => `[::1]:${port} ${hostKey}\n`).join(''))
        const { user, port } = servers[0] ?? { user: '', port: 0 }
        const machine = machineAt(1, jump && `${jump.replace('//', `//${user}@`)}${port}`, file)
        await works({ ...machine, name: `by IPv6${what}`, host: '::1' })
      })

    test('leads through one jump host', () => works(machineAt(1, address(0))))
    test("leads through a server of the fleet, with that one's own key and known_hosts", async () => {
      const ownKey = makeKey(join(folder, 'of its own'))
      const own = await startSshd(join(folder, 'four'), { authorizedKeys: publicKey(ownKey) })
      const { user, port, knownHosts: knownHostsFile } = own
      const jump = { name: 'core-4', host: '127.0.0.1', ssh: { user, port, identityFile: ownKey, knownHostsFile } }
      const { ssh, ...rest } = machineAt(1, 'core-4')
      const machine = { ...rest, name: 'behind core-4', ssh: { ...ssh, jumpServers: [jump] } }
      try {
        await works(machine)
        // The same for a terminal.
        const args = await sshArguments(machine, each => resolveMachine(each, environment))
        const terminal = spawnSync('ssh', ['-o', 'BatchMode=yes', ...args, 'exit 7'], { encoding: 'utf8' })
        assert.equal(terminal.status, 7, terminal.stderr)
      } finally {
        await own.stop()
      }
    })
    test('leads through two', () => works(machineAt(2, `${address(0)},${address(1)}`)))

    if (sharesConnections) {
      test('is shared by the machines behind a jump host', async () => {
        const own = createConnections({ prompts: nobody, environment, ...chosen })
        const before = logins(0)
        await Promise.all(['a', 'b', 'c'].map(name => works({ ...machineAt(1, address(0)), name }, own)))
        await own.dispose()
        assert.equal(logins(0) - before, 1)
      })

      test('is open for as many machines behind one jump host as are opened at once, and more', async () => {
        const own = createConnections({ prompts: nobody, environment, ...chosen })
        const names = Array.from({ length: 20 }, (_, index) => `server-${index}`)
        await Promise.all(names.map(name => works({ ...machineAt(1, address(0)), name }, own)))
        await own.dispose()
      })
    }

    test('ends at a jump host whose key is not known', async () => {
      const file = join(folder, 'known-without-jump')
      writeFileSync(file, readFileSync(servers[1]?.knownHosts ?? '', 'utf8'))
      await assert.rejects(works(machineAt(1, address(0), file)), {
        name: 'RemoteError',
        phase: 'host-key',
        message: /^The jump host .* is not known/,
      })
    })

    test('ends at the second of two jump hosts if its key is not known', async () => {
      const file = join(folder, 'known-without-second')
      writeFileSync(file, [0, 2].map(index => readFileSync(servers[index]?.knownHosts ?? '', 'utf8')).join(''))
      await assert.rejects(works(machineAt(2, `${address(0)},${address(1)}`, file)), {
        phase: 'host-key',
        message: new RegExp(
          `^The jump host .*:${servers[1]?.port}: The host key of .*:${servers[1]?.port} is not known`,
        ),
      })
    })

    test('ends behind a jump host at a server whose key is not known', async () => {
      const file = join(folder, 'known-without-target')
      writeFileSync(file, readFileSync(servers[0]?.knownHosts ?? '', 'utf8'))
      await assert.rejects(works(machineAt(1, address(0), file)), { phase: 'host-key', message: /^The host key of/ })
    })

    test('ends where a jump host leads nowhere', async () => {
      const machine = { ...machineAt(1, address(0)), ssh: { ...machineAt(1, address(0)).ssh, port: 1 } }
      await assert.rejects(works(machine), { phase: 'connect', message: /could not connect to 127\.0\.0\.1:1: / })
    })

    test('is not one when jump hosts form a loop', async () => {
      const hop = (index: number, next: string) =>
        `  HostName 127.0.0.1\n  Port ${servers[index]?.port}\n  User ${servers[index]?.user}\n  ProxyJump ${next}\n`
      configure(`Host hop-a\n${hop(0, 'hop-b')}Host hop-b\n${hop(1, 'hop-a')}`)
      const own = createConnections({ prompts: nobody, environment: configured, ...chosen })
      await assert.rejects(works(machineAt(2, 'hop-a'), own), {
        phase: 'resolve',
        message: /form a loop/,
      })
      const both = ['hop-a', 'hop-b'].map(hop => works({ ...machineAt(2, hop), name: hop }, own))
      for (const result of await Promise.allSettled(both)) assert.equal(result.status, 'rejected')
      await own.dispose()
    })

    test('may be a ProxyCommand, with its tokens', async () => {
      configure(`Host *\n  ProxyCommand ${proxyCommand}\n`)
      const own = createConnections({ prompts: nobody, environment: configured, ...chosen })
      await works(machineAt(1), own)
      await own.dispose()
    })

    test('that is a ProxyCommand which fails says what it said', async () => {
      configure('Host *\n  ProxyCommand sh -c "echo no such route >&2; exit 7"\n')
      const own = createConnections({ prompts: nobody, environment: configured, ...chosen })
      await assert.rejects(works(machineAt(1), own), { phase: 'connect', message: /no such route/ })
      await own.dispose()
    })

    suite('may be a ProxyCommand that fails once it is cut', () => {
      let own: Connections
      before(() => {
        const command = `sh -c '${process.execPath} ${folder}/proxy.cjs "$@"; exit 3' sh %h %p`
        configure(`Host *\n  ProxyCommand ${command}\n`)
        own = createConnections({ prompts: nobody, environment: configured, ...chosen })
      })
      after(() => own.dispose())

      test('and hides no host key that has changed', async () => {
        const file = join(folder, 'known-otherwise')
        writeFileSync(file, `[127.0.0.1]:${servers[1]?.port} ${publicKey(key)}\n`)
        await assert.rejects(works(machineAt(1, undefined, file), own), {
          phase: 'host-key',
          message: /presented a host key that does not match known_hosts/,
        })
      })

      test('nor that the server lets nobody in', async () => {
        const { ssh, ...machine } = machineAt(1)
        const identityFile = makeKey(join(folder, 'unknown-key'))
        await assert.rejects(works({ ...machine, ssh: { ...ssh, identityFile } }, own), {
          phase: 'authenticate',
          message: /could not log in/,
        })
      })

      test('nor that it takes none of our algorithms', async () => {
        const strange = await startSshd(join(folder, 'strange'), { settings: ['Ciphers 3des-cbc'] })
        const { user, port, knownHosts: knownHostsFile } = strange
        const machine = { ...machineAt(1), ssh: { user, port, identityFile: key, knownHostsFile } }
        try {
          await assert.rejects(works(machine, own), { phase: 'connect', message: /accepts none of the algorithms/ })
        } finally {
          await strange.stop()
        }
      })
    })

    test('never comes to ssh2 without a verifier, which takes no key that it does not know', async () => {
      const taken: boolean[] = []
      const stranger = Buffer.from(publicKey(makeKey(join(folder, 'stranger'))).split(' ')[1] ?? '', 'base64')
      const real = ssh2.Client.prototype.connect
      const spy = mock.method(
        ssh2.Client.prototype,
        'connect',
        function (this: ssh2.Client, given: ssh2.ConnectConfig) {
          assert.equal(typeof given.hostVerifier, 'function')
          given.hostVerifier?.(stranger as never, ((accepted: boolean) => taken.push(accepted)) as never)
          return real.call(this, given)
        },
      )
      const own = createConnections({ prompts: nobody, environment: configured, ...chosen })
      try {
        // By itself, through two jump hosts, and through a ProxyCommand.
        configure()
        await own.to(machineAt(1))
        await own.to({ ...machineAt(2, `${address(0)},${address(1)}`), name: 'behind' })
        configure(`Host *\n  ProxyCommand ${proxyCommand}\n`)
        await own.to({ ...machineAt(1), name: 'by command' })
        const times = clientName === 'ssh2' ? 5 : 0
        assert.equal(spy.mock.callCount(), times)
        assert.deepEqual(taken, Array(times).fill(false))
      } finally {
        spy.mock.restore()
        await own.dispose()
      }
    })

    suite('to something else than a server', () => {
      const sockets = new Set<Socket>()
      const listening: Server[] = []
      async function listen(onSocket: (socket: Socket) => void): Promise<Machine> {
        const server = createServer(socket => {
          sockets.add(socket)
          socket.on('error', () => {})
          onSocket(socket)
        })
        listening.push(server)
        await once(server.listen(0, '127.0.0.1'), 'listening')
        const { port } = server.address() as AddressInfo
        return { name: 'odd', host: '127.0.0.1', ssh: { user: 'x', port, identityFile: key, knownHostsFile: known } }
      }
      after(() => {
        for (const socket of sockets) socket.destroy()
        for (const server of listening) server.close()
      })

      test('that hangs up', async () => {
        const machine = await listen(socket => socket.end())
        await assert.rejects(connections.to(machine), {
          phase: 'connect',
          message: /the connection was accepted and then closed/,
        })
      })

      test('that speaks HTTP', async () => {
        const machine = await listen(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
        await assert.rejects(connections.to(machine), { phase: 'connect' })
      })

      test('that is closed', async () => {
        const machine = await listen(() => {})
        listening.at(-1)?.close()
        await assert.rejects(connections.to(machine), { phase: 'connect', message: /nothing listens there/ })
      })

      test('that never speaks is given up when the session ends', async () => {
        const machine = await listen(() => {})
        const own = createConnections({ prompts: nobody, environment, ...chosen })
        const waiting = own.to(machine)
        const refused = assert.rejects(waiting, /The session has ended/)
        await new Promise(done => setTimeout(done, 200))
        await own.dispose()
        await refused
      })
    })
  })

suite('a ProxyCommand', { skip: process.platform === 'win32' && 'there is no shell' }, () => {
  const folder = temporaryFolder()
  const machine: Machine = { name: 'core-1', host: 'core', ssh: { port: 2200 } }
  const open = async (command: string, own: NodeJS.ProcessEnv = {}) => {
    const environmentOfIt = { ...environment, ...own }
    const settings = settingsOf(machine, parseConfiguration(`proxycommand ${command}`), environmentOfIt)
    const lease = () => assert.fail('there is no jump host')
    const wishes = { client: 'ssh2', waiter: undefined } as const
    const way = await openWay(machine, settings, { lease, environment: environmentOfIt }, wishes)
    return way ?? assert.fail('it is no way')
  }

  test("is run by the operator's shell, which it takes the place of, as by ssh", async () => {
    const shell = join(folder, 'shell')
    writeFileSync(shell, `#!/bin/sh\nprintf '%s,' "$@" >${folder}/words; echo >>${folder}/words; exec /bin/sh "$@"\n`, {
      mode: 0o755,
    })
    const way = await open('sh -c "echo no route to %h:%p >&2; exit 7"', { SHELL: shell })
    assert.equal(await writtenTo(join(folder, 'words')), '-c,exec sh -c "echo no route to core:2200 >&2; exit 7",')
    assert.match((await way.failure()) ?? '', /exited with 7: no route to core:2200$/)
    way.close()
  })

  test('is run by sh where there is no such shell to know', async () => {
    const way = await open(`sh -c 'echo ran >${folder}/shell-of-it'`)
    assert.ok(await writtenTo(join(folder, 'shell-of-it')))
    way.close()
  })

  test('ends with all that it has started, and nobody has to listen to how it breaks', async () => {
    const way = await open(
      `sh -c 'echo $$ >${folder}/first; exec sleep 600' | sh -c 'echo $$ >${folder}/second; exec cat'`,
    )
    const pids = await Promise.all(['first', 'second'].map(name => writtenTo(join(folder, name))))
    const closed = new Promise(done => way.stream.once('close', done))
    way.close()
    await Promise.all(pids.map(hasEnded))
    await closed
  })

  test('that cannot be run says so', async () => {
    const way = await open('nc %h %p', { SHELL: '/nowhere/shell' })
    assert.match((await way.failure()) ?? '', /^its ProxyCommand could not be run: /)
    way.close()
  })
})

test('a channel that a jump host opens too late is closed, for others use its connection', async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  try {
    const late = new PassThrough()
    let open = (_: Duplex) => {}
    const link = { forward: () => new Promise<Duplex>(done => (open = done)) } as unknown as Link
    const machine: Machine = { name: 'core-1', host: 'core', ssh: { proxyJump: 'bastion' } }
    const settings = settingsOf(machine, parseConfiguration(''), environment)
    const lease = async () => ({ link, release: () => {} })
    const way = openWay(machine, settings, { lease, environment }, { client: 'ssh2', waiter: undefined })
    const refused = assert.rejects(way, { phase: 'connect', message: /no answer within 20 s/ })
    await new Promise(done => setImmediate(done))
    mock.timers.tick(20_000)
    await refused
    open(late)
    await new Promise(done => setImmediate(done))
    assert.ok(late.destroyed)
  } finally {
    mock.timers.reset()
  }
})

suite('a time limit', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }))
  afterEach(() => mock.timers.reset())
  const limitOf = (over: string[]) => new TimeLimit<string>(phase => over.push(phase))
  /** Somebody who is asked, and answers when told to. */
  function question() {
    let answer = () => {}
    const answered = new Promise<void>(done => {
      answer = done
    })
    return { answer: () => answer(), answered: () => answered }
  }

  test('ends the phase that takes too long', () => {
    const over: string[] = []
    const limit = limitOf(over)
    limit.begin('one', 500)
    limit.begin('two', 20)
    mock.timers.tick(19)
    assert.deepEqual(over, [])
    mock.timers.tick(1)
    assert.deepEqual(over, ['two'])
    mock.timers.tick(1_000)
    assert.deepEqual(over, ['two'])
  })

  test('stands still while somebody is asked, however many at once', async () => {
    const over: string[] = []
    const limit = limitOf(over)
    limit.begin('asking', 30)
    const [one, other] = [question(), question()]
    const both = [limit.pausedFor(one.answered), limit.pausedFor(other.answered)]
    mock.timers.tick(60)
    one.answer()
    await both[0]
    mock.timers.tick(60)
    assert.deepEqual(over, [])
    other.answer()
    await both[1]
    mock.timers.tick(29)
    assert.deepEqual(over, [])
    mock.timers.tick(1)
    assert.deepEqual(over, ['asking'])
  })

  test('is over when it is ended', async () => {
    const over: string[] = []
    const limit = limitOf(over)
    limit.begin('one', 20)
    limit.end()
    const { answer, answered } = question()
    const asking = limit.pausedFor(answered)
    answer()
    await asking
    mock.timers.tick(1_000)
    assert.deepEqual(over, [])
  })
})
