import assert from 'node:assert/strict'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import type { Machine } from '../../../src/fleet/fleet'
import { type Connections, RemoteError, type ScriptResult } from '../../../src/remote/connection'
import { createConnections } from '../../../src/remote/connections'
import { temporaryFolder } from '../../quick/folder'
import type { Sshd } from '../../quick/sshd'
import { clients } from './clients'
import { environment, nobody, startOneServer } from './one-server'

for (const { name, skip, sharesConnections, ...chosen } of clients)
  suite(`a connection to a real sshd over ${name}`, { skip }, () => {
    const folder = temporaryFolder()
    let sshd: Sshd
    let machine: Machine
    let connections: Connections

    before(async () => {
      const server = await startOneServer(
        folder,
        [
          '#!/bin/sh',
          `case $* in *unit=wait) echo waiting; until [ -e ${join(folder, 'go')} ]; do sleep 0.05; done; exit 0 ;; esac`,
          'echo "$@"; echo oops >&2; exit 3\n',
        ].join('\n'),
      )
      sshd = server.sshd
      machine = server.machine
      connections = createConnections({ prompts: nobody, environment, ...chosen })
    })
    after(async () => {
      await connections.dispose()
      await sshd.stop()
    })

    test('runs a script with its arguments, and gives exit code, output and lines', async () => {
      const lines: string[] = []
      const connection = await connections.to(machine)
      const result = await connection.run('journal', ['voxcore@3.service', '7'], { onLine: line => lines.push(line) })
      assert.deepEqual(result, {
        exitCode: 70,
        stdout: '--no-pager --quiet --output=short-iso --lines=7 --unit=voxcore@3.service\noops\n',
        stderr: 'The journal of voxcore@3.service cannot be read.\n',
      })
      assert.equal(lines.length, 3)
    })

    test("does not take what a login shell prints for the script's own", async () => {
      writeFileSync(join(folder, 'home', '.bashrc'), 'echo welcome; printf "no line end" >&2\n')
      const lines: string[] = []
      const connection = await connections.to(machine)
      const result = await connection.run('journal', ['a.service', '1'], { onLine: line => lines.push(line) })
      rmSync(join(folder, 'home', '.bashrc'))
      assert.doesNotMatch(`${result.stdout}${result.stderr}${lines}`, /welcome|no line end|fleet-ops begins/)
      assert.match(result.stderr, /^The journal/)
    })

    test('is one for a machine, however many ask for it at once', async () => {
      const own = createConnections({ prompts: nobody, environment, ...chosen })
      const all = await Promise.all(Array.from({ length: 20 }, () => own.to(machine)))
      assert.equal(new Set(all).size, 1)
      await own.dispose()
    })

    test('takes more work at once than a connection has channels', async () => {
      const connection = await connections.to(machine)
      const results = await Promise.all(
        Array.from({ length: 40 }, (_, index) => connection.run('journal', ['a.service', String(index)])),
      )
      assert.deepEqual(
        results.map(({ stdout }) => /--lines=(\d+)/.exec(stdout)?.[1]),
        results.map((_, index) => String(index)),
      )
    })

    test('refuses arguments that no command line can carry, and goes on working', async () => {
      const connection = await connections.to(machine)
      await assert.rejects(connection.run('journal', ['a\nb', '1']), { name: 'RemoteError', phase: 'run' })
      await assert.rejects(connection.run('journal', ['x'.repeat(130_000), '1']), /bytes long/)
      assert.equal((await connection.run('journal', ['a.service', '1'])).exitCode, 70)
    })

    test('is made anew after it was cut', async () => {
      const first = await connections.to(machine)
      const running = first.run('lock', ['x', 'y', 'z', 'w'], {})
      running.catch(() => {})
      sshd.drop()
      // What has no connection in common does not hear of it.
      if (sharesConnections) await assert.rejects(first.run('journal', ['a.service', '1']), RemoteError)
      const second = await connections.to(machine)
      assert.equal((await second.run('journal', ['a.service', '1'])).exitCode, 70)
    })

    test('is not closed as idle while there is work, and is when there has been none', async context => {
      const own = createConnections({ prompts: nobody, environment, ...chosen, idleMilliseconds: 120_000 })
      context.mock.timers.enable({ apis: ['setTimeout'] })
      const connection = await own.to(machine)
      context.mock.timers.tick(119_000)
      const go = join(folder, 'go')
      let working: Promise<ScriptResult> | undefined
      const begun = new Promise<void>(resolve => {
        const onLine = (line: string) => line === 'waiting' && resolve()
        working = connection.run('journal', ['wait', '1'], { onLine, timeoutMilliseconds: Number.POSITIVE_INFINITY })
      })
      await begun
      context.mock.timers.tick(600_000)
      writeFileSync(go, '')
      assert.equal((await working)?.exitCode, 0)
      assert.equal(await own.to(machine), connection)
      context.mock.timers.tick(120_000)
      assert.notEqual(await own.to(machine), connection)
      context.mock.timers.reset()
      await own.dispose()
    })

    suite('asks a worker over HTTP', () => {
      const answers: Record<string, (response: ServerResponse, request: IncomingMessage) => void> = {
        '/health': response => response.end('{"status":"ok"}'),
        '/500': response => response.writeHead(500).end('broken'),
        '/huge': response => response.end('x'.repeat(10 * 1024 * 1024)),
        '/hangs': () => {},
        '/closes': (_, request) => request.socket.destroy(),
      }
      const server = createServer((request, response) => answers[request.url ?? '']?.(response, request))
      const socket = createServer((_, response) => response.end('from the socket'))
      let port = 0

      before(async () => {
        await once(server.listen(0, '127.0.0.1'), 'listening')
        await once(socket.listen(join(folder, 'worker_3.sock')), 'listening')
        port = (server.address() as AddressInfo).port
      })
      after(() => {
        server.closeAllConnections()
        server.close()
        socket.close()
      })
      const get = async (path: string, timeoutMilliseconds = 5_000, signal?: AbortSignal) => {
        const connection = await connections.to(machine)
        const endpoint = { kind: 'port', port } as const
        return connection.get({ endpoint, path, timeoutMilliseconds, ...(signal ? { signal } : {}) })
      }

      test('on its port', async () => assert.deepEqual(await get('/health'), { status: 200, body: '{"status":"ok"}' }))
      test('and takes an error as an answer', async () => assert.equal((await get('/500')).status, 500))
      test('and no more than 64 KiB', async () => assert.equal((await get('/huge')).body.length, 65_536))
      test('and not for ever', async () => assert.rejects(get('/hangs', 200), /did not end within 0.2 s/))
      test('and hears that it hung up', async () => assert.rejects(get('/closes'), /closed the connection without/))

      test('on its socket', async () => {
        const connection = await connections.to(machine)
        const endpoint = { kind: 'socket', path: join(folder, 'worker_3.sock') } as const
        assert.equal(
          (await connection.get({ endpoint, path: '/', timeoutMilliseconds: 5_000 })).body,
          'from the socket',
        )
      })

      test('and says where nobody listens', async () => {
        const connection = await connections.to(machine)
        for (const [endpoint, words] of [
          [{ kind: 'port', port: 1 }, /nothing listens on port 1/],
          [{ kind: 'socket', path: join(folder, 'none.sock') }, /nothing listens on .*none\.sock/],
        ] as const)
          await assert.rejects(connection.get({ endpoint, path: '/', timeoutMilliseconds: 5_000 }), words)
      })

      test('and can be told to stop', async () => {
        const cancel = new AbortController()
        const asking = get('/hangs', 60_000, cancel.signal)
        setTimeout(() => cancel.abort(), 50)
        await assert.rejects(asking, /was cancelled/)
      })
    })
  })
