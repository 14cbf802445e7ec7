import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { checkFleet } from '../../../src/fleet/check'
import { parseFleetDocument } from '../../../src/fleet/document'
import type { Fleet } from '../../../src/fleet/fleet'

const folder = 'test/unit/fleet/fixtures/good'

function fleetOf(name: string): Fleet {
  const { fleet, findings } = checkFleet(parseFleetDocument(readFileSync(`${folder}/${name}.fleet.yaml`, 'utf8')))
  assert.deepEqual(
    findings.filter(({ severity }) => severity === 'error'),
    [],
  )
  assert.ok(fleet)
  return fleet
}

for (const file of readdirSync(folder)) {
  test(`${file} has no finding`, () => {
    assert.deepEqual(checkFleet(parseFleetDocument(readFileSync(`${folder}/${file}`, 'utf8'))).findings, [])
  })
}

test('a fleet on ports: everything that is written, and what follows from it', () => {
  const fleet = fleetOf('ports')
  const [first, second, third] = fleet.servers
  assert.deepEqual(
    first?.workers.map(({ id, unit, endpoint, upstreamAddress }) => [id, unit, endpoint, upstreamAddress]),
    [1, 2, 3, 4].map(id => [id, `voxcore@${id}.service`, { kind: 'port', port: 8000 + id }, `127.0.0.1:800${id}`]),
  )
  assert.deepEqual(first?.workers[2]?.line, { weight: 2, maxConns: 5, backup: false, down: false })
  assert.deepEqual(first?.ssh, {
    user: 'root',
    port: 22,
    identityFile: '~/.ssh/id_ed25519',
    knownHostsFile: '~/.ssh/known_hosts',
    proxyJump: 'bastion',
  })
  assert.equal(first?.url, 'https://core-1.example.com')
  assert.equal(first?.memory, 8 * 2 ** 30)
  assert.equal(second?.address, '10.0.0.2')
  assert.equal(second?.ssh.user, 'deploy')
  assert.deepEqual(
    third?.workers.map(({ id, upstreamAddress }) => [id, upstreamAddress]),
    [
      [1, '[2001:db8::3]:8001'],
      [2, '[2001:db8::3]:8002'],
      [4, '[2001:db8::3]:8004'],
    ],
  )
  assert.deepEqual(fleet.rollout, {
    batch: { kind: 'percent', percent: 25 },
    drain: { timeoutSeconds: 600, onTimeout: 'stop' },
    ready: { timeoutSeconds: 60, checks: 2 },
    pauseSeconds: 60,
    maxActiveCalls: 50,
  })
  assert.deepEqual(fleet.firewall, { tool: 'nftables', allowFrom: ['10.0.0.1'] })
  assert.deepEqual(fleet.voxbridge, { url: 'https://bridge.example.com' })
  assert.equal(fleet.loadBalancer.server, 'core-1')
  assert.equal(fleet.loadBalancer.machine.host, '203.0.113.10')
})

test('a fleet on unix sockets', () => {
  const fleet = fleetOf('sockets')
  const workers = fleet.servers[0]?.workers ?? []
  assert.equal(workers.length, 16)
  assert.deepEqual(workers[15]?.endpoint, { kind: 'socket', path: '/tmp/voxcore_16.sock' })
  assert.equal(workers[15]?.upstreamAddress, 'unix:/tmp/voxcore_16.sock')
  assert.deepEqual(workers[15]?.line, { maxConns: 1, failTimeout: '10', backup: false, down: false })
  assert.equal(fleet.loadBalancer.keepalive, undefined)
  assert.deepEqual(fleet.loadBalancer.method, { kind: 'round_robin' })
})

test('another brand, with nginx on a machine of its own', () => {
  const fleet = fleetOf('brand')
  assert.equal(fleet.servers[0]?.workers[0]?.unit, 'acme-voice@1.service')
  assert.equal(fleet.servers[1]?.workers[1]?.upstreamAddress, '10.1.0.2:9102')
  assert.deepEqual(fleet.loadBalancer.method, { kind: 'hash', key: '$remote_addr', consistent: true })
  assert.equal(fleet.loadBalancer.server, undefined)
  assert.deepEqual(fleet.loadBalancer.machine, {
    name: 'lb.example.com',
    host: 'lb.example.com',
    ssh: { user: 'nginx-admin', port: 2222 },
  })
  assert.deepEqual(fleet.firewall, { tool: 'none', allowFrom: [] })
})

test('every default is filled in', () => {
  const { service, loadBalancer, servers, rollout } = fleetOf('minimal')
  assert.deepEqual(service, {
    unit: 'voxcore@',
    endpoint: { kind: 'port', port: 8000 },
    directory: '/opt/voxcore',
    envFile: '/opt/voxcore/.env',
    maxCallsVariable: 'MAX_CONCURRENT_CALLS',
    workersVariable: 'VOXCORE_WORKERS',
    maxConcurrentCalls: 5,
    callsPerCore: 5,
    health: '/health',
    memoryPerWorker: 260 * 2 ** 20,
  })
  assert.equal(loadBalancer.file, '/etc/nginx/conf.d/voxcore-upstream.conf')
  assert.equal(loadBalancer.upstream, 'voxcore_workers')
  assert.equal(loadBalancer.keepalive, 32)
  assert.equal(servers[0]?.host, 'core-1')
  assert.equal(servers[0]?.workers.length, 4)
  assert.equal(rollout.drain.timeoutSeconds, 600)
})
