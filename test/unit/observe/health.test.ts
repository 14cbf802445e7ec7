import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Endpoint } from '../../../src/fleet/fleet'
import type { WorkerHealth } from '../../../src/fleet/observed'
import { readHealth } from '../../../src/observe/health'

const port: Endpoint = { kind: 'port', port: 8003 }
const socket: Endpoint = { kind: 'socket', path: '/tmp/voxcore_3.sock' }

/** As VoxCore answers on a port. */
const answer = {
  status: 'ok',
  worker_calls: 2,
  worker_max: 5,
  total_capacity: 20,
  total_available: 12,
  workers: 4,
  worker_pid: 4321,
  worker_port: 8003,
}
const { worker_port: _, ...onSocket } = { ...answer, worker_id: 3 }
const ok: WorkerHealth = { kind: 'ok', status: 'ok', calls: 2, max: 5, pid: 4321 }
const wrong = (reason: string): WorkerHealth => ({ kind: 'wrong', reason })

const table: readonly (readonly [
  what: string,
  status: number,
  body: unknown,
  health: WorkerHealth,
  endpoint?: Endpoint,
])[] = [
  ['a worker on a port', 200, answer, ok],
  ['a worker on a socket', 200, onSocket, ok, socket],
  ['a worker on a socket whose id is text', 200, { ...onSocket, worker_id: '3' }, ok, socket],
  ['a worker on a socket without its id', 200, { ...onSocket, worker_id: undefined }, ok, socket],
  ['a worker on a socket whose id is a name', 200, { ...onSocket, worker_id: 'calls' }, ok, socket],
  [
    'the worker of another socket',
    200,
    { ...onSocket, worker_id: 1 },
    wrong('worker 1 answers on /tmp/voxcore_3.sock'),
    socket,
  ],
  [
    'the worker of another socket whose id is text',
    200,
    { ...onSocket, worker_id: '11' },
    wrong('worker 11 answers on /tmp/voxcore_3.sock'),
    socket,
  ],
  ['a worker on a port that says an id too', 200, { ...answer, worker_id: 0 }, ok],
  ['a worker with a state of its own', 200, { ...answer, status: 'degraded' }, { ...ok, status: 'degraded' }],
  [
    'a worker without its pid',
    200,
    { ...answer, worker_pid: undefined },
    { kind: 'ok', status: 'ok', calls: 2, max: 5 },
  ],
  [
    'a worker with a pid that is none',
    200,
    { ...answer, worker_pid: 'x' },
    { kind: 'ok', status: 'ok', calls: 2, max: 5 },
  ],
  ['a worker without its port', 200, { ...answer, worker_port: undefined }, ok],
  ['a worker without a status', 200, { ...answer, status: undefined }, ok],
  ['a full worker', 200, { ...answer, worker_calls: 5 }, { ...ok, calls: 5 }],
  [
    'the worker of another port',
    200,
    { ...answer, worker_port: 8001 },
    wrong('the worker of port 8001 answers on port 8003'),
  ],
  ['an error', 500, answer, wrong('it answers with HTTP status 500')],
  ['a redirect', 302, answer, wrong('it answers with HTTP status 302')],
  ['HTML', 200, '<html><body>Welcome to nginx!</body></html>', wrong('its answer is not JSON')],
  ['nothing', 200, '', wrong('its answer is not JSON')],
  ['JSON that was cut off at 64 KiB', 200, JSON.stringify(answer).slice(0, 40), wrong('its answer is not JSON')],
  ['a list', 200, [answer], wrong('its answer is not JSON')],
  ['null', 200, null, wrong('its answer is not JSON')],
  ['a number', 200, 7, wrong('its answer is not JSON')],
  ['other JSON', 200, { status: 'UP' }, wrong("its answer lacks a worker's call counts")],
  ['calls that are no count', 200, { ...answer, worker_calls: -1 }, wrong("its answer lacks a worker's call counts")],
  [
    'calls that are no whole number',
    200,
    { ...answer, worker_calls: 1.5 },
    wrong("its answer lacks a worker's call counts"),
  ],
  ['calls as words', 200, { ...answer, worker_calls: '2' }, wrong("its answer lacks a worker's call counts")],
  [
    'a whole server (/health/fleet)',
    200,
    { status: 'ok', fleet_calls: 2, fleet_max: 20 },
    wrong("its answer lacks a worker's call counts"),
  ],
]

for (const [what, status, body, health, endpoint] of table)
  test(`${what} is ${health.kind}`, () => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    assert.deepEqual(readHealth({ status, body: text }, { id: 3, endpoint: endpoint ?? port }), health)
  })
