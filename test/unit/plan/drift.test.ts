import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findDrift } from '../../../src/plan/drift'
import { commandWords } from '../../../src/plan/operation-call'
import { operations } from '../../../src/plan/operations'
import { busy, type Differences, disabled, dying, failed, fixture, hung, situationOf, stopped } from './situation'

const yaml = fixture('two-servers.fleet.yaml')
const live = fixture('two-servers.conf')

const environment = { exists: true, maxCalls: '5', workers: '4', setsPort: false }

/** Each drift as `where: message -> what mends it`. */
const drifts = (file: string | undefined, differences: Differences = {}) =>
  findDrift(situationOf(yaml, file, differences)).map(
    ({ server, worker, message, mend }) =>
      `${[server, worker].filter(part => part !== undefined).join('/') || 'nginx'}: ${message} -> ${mend ? commandWords(mend) : 'by hand'}`,
  )

test('a fleet that is as the file says has none, calls or no calls, in whatever layout the block is written', () => {
  assert.deepEqual(drifts(live), [])
  assert.deepEqual(drifts(live.replaceAll('    ', '  '), { workers: { 'core-1/1': busy(3) } }), [])
})

test('each thing that differs is named, with where, and the operation that mends it', () => {
  const table: readonly (readonly [string, string | undefined, Differences, readonly RegExp[]])[] = [
    [
      'does not run',
      live,
      { workers: { 'core-1/3': stopped } },
      [/^core-1\/3: worker 3 of core-1 is not running -> restart --server core-1 --worker 3$/],
    ],
    [
      'failed',
      live,
      { workers: { 'core-1/3': failed } },
      [/^core-1\/3: worker 3 of core-1 has failed.* -> restart --server core-1 --worker 3$/],
    ],
    [
      'keeps dying',
      live,
      { workers: { 'core-1/3': dying } },
      [/^core-1\/3: worker 3 of core-1 keeps dying: systemd has started it again 7 times -> restart/],
    ],
    [
      'hangs',
      live,
      { workers: { 'core-2/1': hung } },
      [/^core-2\/1: worker 1 of core-2 is running but does not answer: no answer within 5 s -> restart/],
    ],
    [
      'unknown to systemd',
      live,
      { workers: { 'core-2/4': undefined } },
      [/^core-2\/4: worker 4 of core-2 is not running -> apply --server core-2$/],
    ],
    [
      'not enabled',
      live,
      { workers: { 'core-2/1': disabled } },
      [
        /^core-2\/1: worker 1 of core-2 would not start at boot: voxcore@1.service is disabled -> apply --server core-2$/,
      ],
    ],
    [
      'no unit',
      live,
      { workers: { 'core-2/1': { ...stopped, loadState: 'not-found' } } },
      [
        /^core-2\/1: worker 1 of core-2 cannot run: unit voxcore@1.service does not exist -> add-server --server core-2$/,
      ],
    ],
    [
      'other calls',
      live,
      { workers: { 'core-2/1': busy(0, 8) } },
      [/^core-2\/1: worker 1 of core-2 takes 8 calls, and fleet.yaml says 5 -> set-calls --server core-2 --calls 5$/],
    ],
    [
      'not in the file',
      live,
      { workers: { 'core-2/7': {} } },
      [/^core-2\/7: worker 7 of core-2 is running but not in fleet.yaml: apply stops it .* -> apply --server core-2$/],
    ],
    [
      'VOXCORE_WORKERS',
      live,
      { servers: { 'core-1': { environment: { ...environment, workers: '3' } } } },
      [
        /^core-1: core-1 has VOXCORE_WORKERS=3 in \/opt\/voxcore\/.env, and fleet.yaml says 4 -> apply --server core-1$/,
      ],
    ],
    [
      'MAX_CONCURRENT_CALLS',
      live,
      { servers: { 'core-1': { environment: { ...environment, maxCalls: '9' } } } },
      [/^core-1: core-1 has MAX_CONCURRENT_CALLS=9 .* -> set-calls --server core-1 --calls 5$/],
    ],
    [
      'a comment behind a number',
      live,
      { servers: { 'core-1': { environment: { ...environment, maxCalls: '5 # five' } } } },
      [
        /^core-1: core-1 has MAX_CONCURRENT_CALLS=5 # five in .*, which systemd does not read as a number, because a comment cannot follow a value; fleet.yaml says 5 -> set-calls --server core-1 --calls 5$/,
      ],
    ],
    [
      'no number',
      live,
      { servers: { 'core-1': { environment: { ...environment, workers: 'many' } } } },
      [
        /^core-1: core-1 has VOXCORE_WORKERS=many in .*, which is not a number; fleet.yaml says 4 -> apply --server core-1$/,
      ],
    ],
    [
      'VOXCORE_PORT',
      live,
      { servers: { 'core-1': { environment: { ...environment, setsPort: true } } } },
      [/^core-1: core-1 sets VOXCORE_PORT .*same port.* -> by hand$/],
    ],
    [
      'two names of one machine',
      live,
      { servers: { 'core-1': { boot: 'b' }, 'core-2': { boot: 'b' } } },
      [/^core-2: core-1 and core-2 are one machine: correct the host of one of them .* -> by hand$/],
    ],
    ['two machines', live, { servers: { 'core-1': { boot: 'b' }, 'core-2': { boot: 'c' } } }, []],
    [
      'nginx stopped',
      live,
      { loadBalancer: { nginxActive: false } },
      [/^nginx: nginx is not running on core-1 -> by hand$/],
    ],
    [
      'few tries',
      live,
      { loadBalancer: { proxyNextUpstreamTries: 4 } },
      [/^nginx: .*at most 4 workers \(proxy_next_upstream_tries\), and the fleet has 8/],
    ],
    [
      'put back by a guardian, and not loaded',
      live,
      { loadBalancer: { unloaded: true } },
      [/^nginx: nginx on core-1 has not loaded the upstream .* -> reload$/],
    ],
    ['enough tries', live, { loadBalancer: { proxyNextUpstreamTries: 8 } }, []],
    ['no file', undefined, {}, [/^nginx: .*\/etc\/nginx\/conf.d\/voxcore-upstream.conf.* -> reload$/]],
    ['no block', 'http {}\n', {}, [/^nginx: .*no upstream voxcore_workers.* -> reload$/]],
    ['block twice', `${live}${live}`, {}, [/^nginx: .* -> by hand$/]],
    [
      'line missing',
      live.replace('    server 10.0.0.2:8004;\n', ''),
      {},
      [/^core-2\/4: .*10\.0\.0\.2:8004.* -> add-worker --server core-2 --count 1$/],
    ],
    [
      'line extra',
      live.replace('server 127.0.0.1:8001;', 'server 127.0.0.1:8001;\n    server 10.0.0.9:8001;'),
      {},
      [/^nginx: .*10\.0\.0\.9:8001.* -> reload$/],
    ],
    [
      'line down',
      live.replace('server 10.0.0.2:8002;', 'server 10.0.0.2:8002 down;'),
      {},
      [/^core-2\/2: .*down.* -> undrain --server core-2 --worker 2$/],
    ],
    [
      'line parameter',
      live.replace('server 10.0.0.2:8002;', 'server 10.0.0.2:8002 weight=3;'),
      {},
      [/^core-2\/2: .*weight.* -> reload$/],
    ],
    ['directive', live.replace('keepalive 32', 'keepalive 8'), {}, [/^nginx: .*keepalive.* -> reload$/]],
  ]
  for (const [name, file, differences, expected] of table) {
    const found = drifts(file, differences)
    assert.equal(found.length, expected.length, `${name}: ${found.join('\n')}`)
    for (const [index, pattern] of expected.entries()) assert.match(found[index] ?? '', pattern, name)
  }
})

test('what could not be asked is unknown, and no drift', () => {
  assert.deepEqual(drifts(live, { unreachable: ['core-2'], loadBalancerUnreachable: true }), [])
})

test('what mends a drift is an operation that there is', () => {
  const everything = situationOf(
    yaml,
    live.replace('server 10.0.0.2:8002;', 'server 10.0.0.2:8002 down;').replace('    server 10.0.0.2:8004;\n', ''),
    {
      workers: { 'core-1/1': stopped, 'core-1/2': disabled, 'core-1/3': busy(0, 9) },
    },
  )
  const mends = findDrift(everything).flatMap(({ mend }) => mend ?? [])
  assert.ok(mends.length >= 5)
  for (const { operation } of mends)
    assert.ok(
      operations.some(({ name }) => name === operation),
      operation,
    )
})
