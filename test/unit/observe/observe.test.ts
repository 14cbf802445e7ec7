import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type Server as HttpServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import type { Fleet, Machine, Server, Worker } from '../../../src/fleet/fleet'
import { observe } from '../../../src/observe/observe'
import { type Connection, type Connections, type Prompts, RemoteError } from '../../../src/remote/connection'
import { createConnections } from '../../../src/remote/connections'
import { type FleetHost, missingForFleetHost, startFleetHost } from '../../quick/fleet-host'

const nobody: Prompts = { trustHostKey: async () => false, secret: async () => undefined }

/** What the workers answer, by id. */
const answers: Readonly<Record<number, (response: ServerResponse, port: number) => void>> = {
  1: (response, port) =>
    response.end(JSON.stringify({ status: 'ok', worker_calls: 2, worker_max: 5, worker_pid: 11, worker_port: port })),
  2: response => response.writeHead(503).end('busy'),
  3: response => response.end('<html>hello</html>'),
  4: response => response.end('x'.repeat(1_000_000)),
}

suite('observing a fleet', { skip: missingForFleetHost }, () => {
  let host: FleetHost
  let connections: Connections
  const workers: HttpServer[] = []
  const ports: Record<number, number> = {}

  before(async () => {
    host = await startFleetHost()
    connections = createConnections({ prompts: nobody, environment: { PATH: process.env.PATH } })
    for (const [id, answer] of Object.entries(answers)) {
      const worker = createServer((_, response) => answer(response, ports[Number(id)] ?? 0))
      await once(worker.listen(0, '127.0.0.1'), 'listening')
      ports[Number(id)] = (worker.address() as AddressInfo).port
      workers.push(worker)
      runs(`voxcore@${id}.service`)
    }
    // Runs, and nobody listens on its port.
    ports[5] = 1
    runs('voxcore@5.service')
    // Runs, and fleet.yaml does not name it.
    runs('voxcore@9.service')
    writeFileSync(join(host.folder, '.env'), 'MAX_CONCURRENT_CALLS=5\nVOXCORE_WORKERS=4\n')
    mkdirSync(join(host.nginx, 'conf.d'))
    writeFileSync(join(host.nginx, 'conf.d', 'upstream.conf'), 'upstream voxcore_workers { server 127.0.0.1:1; }\n')
  })
  after(async () => {
    for (const worker of workers) worker.close()
    await connections.dispose()
    await host.stop()
  })

  function runs(unit: string): void {
    const folder = join(host.folder, 'units', unit)
    mkdirSync(folder, { recursive: true })
    for (const [property, value] of [
      ['ActiveState', 'active'],
      ['SubState', 'running'],
      ['UnitFileState', 'enabled'],
      ['MainPID', '11'],
    ] as const)
      writeFileSync(join(folder, property), `${value}\n`)
  }

  const worker = (server: string, id: number): Worker => ({
    id,
    server,
    unit: `voxcore@${id}.service`,
    endpoint: { kind: 'port', port: ports[id] ?? 2 },
    upstreamAddress: `127.0.0.1:${ports[id]}`,
    maxConcurrentCalls: 5,
    line: { backup: false, down: false },
  })
  const server = (machine: Machine, ids: readonly number[]): Server => ({
    ...machine,
    address: '127.0.0.1',
    maxConcurrentCalls: 5,
    workers: ids.map(id => worker(machine.name, id)),
  })
  const fleetOf = (servers: readonly Server[], balancer?: Machine): Fleet => ({
    name: 'quick',
    ssh: {},
    service: {
      unit: 'voxcore@',
      endpoint: { kind: 'port', port: -8 },
      directory: '/opt/voxcore',
      envFile: join(host.folder, '.env'),
      maxCallsVariable: 'MAX_CONCURRENT_CALLS',
      workersVariable: 'VOXCORE_WORKERS',
      maxConcurrentCalls: 5,
      callsPerCore: 5,
      health: '/health',
      memoryPerWorker: 1,
    },
    loadBalancer: {
      machine: balancer ?? servers[0] ?? host.machine,
      ...(balancer ? {} : { server: servers[0]?.name ?? '' }),
      upstream: 'voxcore_workers',
      file: '/etc/nginx/conf.d/upstream.conf',
      method: { kind: 'least_conn' },
    },
    servers,
    rollout: {
      batch: { kind: 'count', count: 1 },
      drain: { timeoutSeconds: 1, onTimeout: 'stop' },
      ready: { timeoutSeconds: 1, checks: 1 },
      pauseSeconds: 0,
    },
    firewall: { tool: 'none', allowFrom: [] },
  })
  const nowhere: Machine = { name: 'core-2', host: '127.0.0.1', ssh: { port: 1 } }

  test('says how each worker is, whatever it answers', async () => {
    const observed = await observe(fleetOf([server(host.machine, [1, 2, 3, 4, 5, 6])]), connections)
    const seen = observed.servers['core-1']
    assert.ok(seen?.reachable)
    assert.deepEqual(seen.environment, { exists: true, setsPort: false, maxCalls: '5', workers: '4' })
    assert.deepEqual(
      Object.entries(seen.workers).map(([id, { activeState, health }]) => [
        id,
        activeState,
        health.kind,
        'reason' in health ? health.reason : '',
      ]),
      [
        ['1', 'active', 'ok', ''],
        ['2', 'active', 'wrong', 'it answers with HTTP status 503'],
        ['3', 'active', 'wrong', 'its answer is not JSON'],
        ['4', 'active', 'wrong', 'its answer is not JSON'],
        ['5', 'active', 'no-answer', 'nothing listens on port 1'],
        ['6', 'inactive', 'not-asked', ''],
        // Not named, and asked where it would be.
        ['9', 'active', 'no-answer', 'nothing listens on port 1'],
      ],
    )
    assert.ok(observed.loadBalancer.reachable && observed.loadBalancer.file.exists)
  })

  test('is not stopped by a server that cannot be reached', async () => {
    const observed = await observe(fleetOf([server(host.machine, [1]), server(nowhere, [1])]), connections)
    assert.ok(observed.servers['core-1']?.reachable)
    const missing = observed.servers['core-2']
    assert.ok(missing && !missing.reachable)
    assert.match(missing.message, /127\.0\.0\.1:1 could not be reached: nothing listens there/)
    assert.match(missing.remedy ?? '', /^Try `ssh /)
  })

  test('looks at a load balancer that is a machine of its own', async () => {
    const balancer = { ...host.machine, name: 'balancer' }
    const observed = await observe(fleetOf([server(host.machine, [1])], balancer), connections)
    assert.ok(observed.loadBalancer.reachable)
    const gone = await observe(fleetOf([server(host.machine, [1])], { ...nowhere, name: 'balancer' }), connections)
    assert.equal(gone.loadBalancer.reachable, false)
    assert.ok(gone.servers['core-1']?.reachable)
  })

  test('does without root what can be done without', async () => {
    const connection = await connections.to(host.machine)
    const asked: (boolean | undefined)[] = []
    const refusing: Connection = {
      machine: connection.machine,
      start: (...args) => connection.start(...args),
      pipe: (...args) => connection.pipe(...args),
      get: request => connection.get(request),
      run: async (script, args, options) => {
        asked.push(options?.privileged)
        if (options?.privileged) throw new RemoteError('core-1', 'sudo', 'deploy cannot become root.')
        return connection.run(script, args, options)
      },
    }
    const observed = await observe(fleetOf([server(host.machine, [1])]), {
      to: async () => refusing,
      dispose: async () => {},
    })
    assert.deepEqual(asked, [true, undefined])
    assert.ok(observed.servers['core-1']?.reachable)
  })

  test('looks once more over a new connection when the kept one had died', async () => {
    const own = createConnections({ prompts: nobody, environment: { PATH: process.env.PATH } })
    await own.to(host.machine)
    host.sshd.drop()
    const observed = await observe(fleetOf([server(host.machine, [1])]), own)
    assert.ok(observed.servers['core-1']?.reachable, JSON.stringify(observed.servers))
    await own.dispose()
  })

  test('can be told to stop', async () => {
    const cancel = new AbortController()
    const asking = observe(fleetOf([server(host.machine, [1])]), connections, { signal: cancel.signal })
    cancel.abort()
    await assert.rejects(asking, /cancelled/)
  })

  test('reaches for no server anew once nobody wants to know', async () => {
    const cancel = new AbortController()
    let times = 0
    const to = async (machine: Machine) => {
      times++
      const connection = await connections.to(machine)
      cancel.abort()
      return connection
    }
    const asking = observe(
      fleetOf([server(host.machine, [1])]),
      { to, dispose: async () => {} },
      { signal: cancel.signal },
    )
    await assert.rejects(asking)
    assert.equal(times, 1)
  })
})
