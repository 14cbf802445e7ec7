import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { choose, type Wishes } from '../../../src/adopt/choices'
import { fleetText } from '../../../src/adopt/fleet-text'
import { type Sighting, sceneOf } from '../../../src/adopt/sighting'
import { foundHosts, type SurveyedHost } from '../../../src/adopt/survey'
import { checkFleet } from '../../../src/fleet/check'
import { parseFleetDocument } from '../../../src/fleet/document'
import type { Observed } from '../../../src/fleet/observed'
import { compareUpstream } from '../../../src/nginx/compare'
import { renderUpstream } from '../../../src/nginx/render'
import { hostOf, silentHost } from './hosts'

const upstreamFile = '/etc/nginx/conf.d/voxcore-upstream.conf'
const lines = (address: string, ids: readonly number[], rest = '') =>
  ids.map(id => `server ${address}:${8000 + id}${rest};`).join(' ')
const stockBlock = (...servers: string[]) =>
  `upstream voxcore_workers { least_conn; ${servers.join(' ')} keepalive 32; }`
const ids = [1, 2, 3, 4]
const sockets = (id: number) => ({ kind: 'socket', path: `/tmp/voxcore_${id}.sock` }) as const

interface Situation {
  readonly hosts: readonly SurveyedHost[]
  readonly separate?: SurveyedHost
  readonly wishes?: Wishes
  /** Whom the firewall lets in beside the load balancer. */
  readonly allowed?: readonly string[]
  /** The calls that the env file of each server says, by its name. */
  readonly calls?: Readonly<Record<string, string>>
  /** What of the upstream a fleet.yaml cannot say, in number. */
  readonly differences?: number
}

/** What runs, and the fleet.yaml for it in fixtures/NAME.fleet.yaml; the golden files are written anew with UPDATE_GOLDEN=1. */
const situations: Readonly<Record<string, Situation>> = {
  'one-server': { hosts: [hostOf('core-1', { nginx: { [upstreamFile]: stockBlock(lines('127.0.0.1', ids)) } })] },
  'two-servers': {
    hosts: [
      hostOf('deploy@203.0.113.10', {
        hostname: 'core-1.example.com',
        addresses: ['10.0.0.1'],
        nginx: { [upstreamFile]: stockBlock(lines('127.0.0.1', ids), lines('10.0.0.2', ids)) },
      }),
      // Its own nginx has a block of the same name, which leads to fewer workers.
      hostOf('deploy@core-2:2222', {
        addresses: ['10.0.0.2'],
        nginx: { [upstreamFile]: stockBlock(lines('127.0.0.1', ids)) },
        max: 8,
      }),
    ],
    calls: { 'core-1': '5', 'core-2': '8' },
  },
  sockets: {
    hosts: [
      hostOf('core-1', {
        ids: Array.from({ length: 16 }, (_, at) => at + 1),
        endpoint: sockets,
        max: 1,
        nginx: {
          '/etc/nginx/sites-enabled/voice': `upstream voice { zone voice 64k; ${Array.from({ length: 16 }, (_, at) => `server unix:/tmp/voxcore_${at + 1}.sock max_conns=1 fail_timeout=10;`).join(' ')} }`,
        },
      }),
    ],
    calls: { 'core-1': '1' },
  },
  brand: {
    hosts: [
      hostOf('talk-1', {
        template: 'talkwell-worker@',
        ids: [1, 2],
        endpoint: id => ({ kind: 'port', port: 9100 + id }),
        directory: '/srv/talkwell',
        envFile: '/etc/talkwell/worker.env',
        counts: ['TALKWELL_MAX_SESSIONS', 'TALKWELL_PROCESSES', 'HTTP_TIMEOUT'],
        nginx: {
          '/etc/nginx/conf.d/talkwell.conf':
            'upstream talkwell { hash $arg_call consistent; server 127.0.0.1:9101; server 127.0.0.1:9102; keepalive 8; }',
        },
        max: 3,
      }),
    ],
    calls: { 'talk-1': '3' },
  },
  'one-drained': {
    hosts: [
      hostOf('core-1', {
        ids: [1, 2, 4],
        nginx: {
          [upstreamFile]: stockBlock(
            'server 127.0.0.1:8001 weight=2 max_conns=5; server 127.0.0.1:8002 max_conns=5 down; server 127.0.0.1:8004 max_conns=5 backup;',
          ),
        },
      }),
    ],
  },
  'own-load-balancer': {
    hosts: [hostOf('core-1', { addresses: ['10.0.0.2'] }), hostOf('core-2', { addresses: ['10.0.0.3', 'fd00::3'] })],
    separate: hostOf('ops@203.0.113.1', {
      ids: [],
      hostname: 'edge',
      nginx: { '/etc/nginx/nginx.conf': stockBlock(lines('10.0.0.2', ids), lines('core-2.internal', ids)) },
      resolves: ['core-2.internal 10.0.0.3'],
    }),
  },
  'balancer-among-the-hosts': {
    hosts: [
      hostOf('edge', { ids: [], nginx: { [upstreamFile]: stockBlock(lines('[fd00::3]', ids)) } }),
      hostOf('core-1', { addresses: ['fd00::3'] }),
    ],
  },
  'behind-translation': {
    hosts: [
      hostOf('core-1', { nginx: { [upstreamFile]: stockBlock(lines('127.0.0.1', ids), lines('198.51.100.7', ids)) } }),
      hostOf('core-2', { addresses: ['172.16.0.9'] }),
    ],
  },
  uncertain: {
    hosts: [
      hostOf('core-1', {
        ids: [1, 2, 3, 7],
        endpoint: id => ({ kind: 'port', port: id === 7 ? 9001 : 8000 + id }),
        stopped: [3],
        counts: ['A', 'B'],
        nginx: {
          [upstreamFile]:
            'upstream voxcore_workers { zone other 1m; random two; keepalive_timeout 60s; server 127.0.0.1:8001 slow_start=5s; server 127.0.0.1:8002; server 10.9.9.9:8001; server 10.8.8.8:8001; }',
        },
      }),
      silentHost('core-9', 'core-9 could not be reached: no route to host.'),
      hostOf('db-1', { ids: [] }),
      hostOf('core-3', {
        addresses: ['10.0.0.3'],
        whyNotRoot: 'deploy cannot become root on core-3: sudo is not installed there.',
      }),
    ],
    differences: 11,
  },
  'with-firewall': {
    hosts: [
      hostOf('core-1', {
        nginx: { [upstreamFile]: stockBlock(lines('127.0.0.1', ids)) },
        lines: ['firewall=nftables fleet', 'firewall=nftables voice'],
      }),
    ],
    allowed: ['10.0.0.7', '10.1.0.0/16', 'fd00::/8'],
  },
  'no-upstream': { hosts: [hostOf('core-1', { addresses: ['10.0.0.1'] })] },
}

for (const [name, { hosts, separate, wishes = {}, calls = {}, differences = 0, allowed }] of Object.entries(
  situations,
)) {
  test(`servers as in ${name} become the fleet.yaml of its golden file, which has no error and renders to their upstream`, async () => {
    const servers = foundHosts(hosts)
    const chosen = await choose(servers, foundHosts(separate ? [separate] : hosts), wishes, async () => undefined)
    const sighting: Sighting = {
      command: `fleet-ops adopt ${hosts.map(({ given }) => given).join(' ')}`,
      name: 'fleet',
      health: '/health',
      hosts,
      chosen,
      ...(separate ? { separate } : {}),
      ...(allowed ? { allowed } : {}),
    }
    const names = [...sceneOf(sighting).names.values()]
    const text = fleetText({ ...sighting, observed: observedOf(names, calls) })
    const path = `test/unit/adopt/fixtures/${name}.fleet.yaml`
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, text)
    assert.equal(text, readFileSync(path, 'utf8'))

    const { findings, fleet } = checkFleet(parseFleetDocument(text))
    assert.deepEqual(
      findings.filter(({ severity }) => severity === 'error'),
      [],
    )
    assert.ok(fleet)
    const { block } = chosen
    if (block) assert.equal(compareUpstream(renderUpstream(fleet), block.text, block.name).length, differences)
  })
}

function observedOf(names: readonly string[], calls: Readonly<Record<string, string>>): Observed {
  const servers = names.map(name => {
    const maxCalls = calls[name]
    const environment = { exists: true, setsPort: false, ...(maxCalls === undefined ? {} : { maxCalls }) }
    return [
      name,
      { reachable: true, hostname: name, cores: 4, load1: 0, memory: 8_345_000_000, environment, workers: {} },
    ] as const
  })
  return { at: 0, loadBalancer: { reachable: false, message: '' }, servers: Object.fromEntries(servers) }
}

test('a host that has no name to be called by gets one that no other has', async () => {
  const sockets = (hostname: string, address: string) => hostOf(`deploy@${address}`, { hostname, addresses: [] })
  const hosts = [sockets('server-2', '10.0.0.1'), sockets('-', '[::2]')]
  const servers = foundHosts(hosts)
  const chosen = await choose(servers, servers, {}, async () => undefined)
  const { names } = sceneOf({ command: '', name: 'fleet', health: '/health', hosts, chosen })
  assert.equal(new Set(names.values()).size, names.size)
  assert.deepEqual([...names.values()], ['server-2', 'server-3'])
})
