import { applyPlan } from '../../../src/apply/apply-plan'
import type { Clock } from '../../../src/apply/clock'
import type { RunEvent, RunOutcome } from '../../../src/apply/run-event'
import type { Fleet, Server } from '../../../src/fleet/fleet'
import type { Plan, Step } from '../../../src/plan/plan'
import { SimulatedHosts } from './simulated-hosts'
import { workerOf } from './stage'
import { virtualClock } from './virtual-clock'

const serverOf = (name: string, address: string): Server => ({
  name,
  host: name,
  ssh: {},
  address,
  maxConcurrentCalls: 5,
  workers: [1, 2].map(id => ({
    id,
    server: name,
    unit: `voxcore@${id}.service`,
    endpoint: { kind: 'port', port: 8000 + id },
    upstreamAddress: `${address}:${8000 + id}`,
    maxConcurrentCalls: 5,
    line: { backup: false, down: false },
  })),
})

const core1 = serverOf('core-1', '127.0.0.1')
const core2 = serverOf('core-2', '10.0.0.2')

export const fleet: Fleet = {
  name: 'production',
  ssh: {},
  service: {
    unit: 'voxcore@',
    endpoint: { kind: 'port', port: 8000 },
    directory: '/opt/voxcore',
    envFile: '/opt/voxcore/.env',
    maxCallsVariable: 'MAX_CONCURRENT_CALLS',
    workersVariable: 'VOXCORE_WORKERS',
    maxConcurrentCalls: 5,
    callsPerCore: 5,
    health: '/health',
    memoryPerWorker: 1,
  },
  loadBalancer: {
    machine: core1,
    server: 'core-1',
    upstream: 'voxcore_workers',
    file: '/etc/nginx/up.conf',
    method: { kind: 'least_conn' },
  },
  servers: [core1, core2],
  rollout: {
    batch: { kind: 'count', count: 1 },
    drain: { timeoutSeconds: 60, onTimeout: 'stop' },
    ready: { timeoutSeconds: 10, checks: 2 },
    pauseSeconds: 0,
  },
  firewall: { tool: 'none', allowFrom: [] },
}

export const fileWith = (...down: readonly string[]) =>
  `upstream voxcore_workers {\n    least_conn;\n${[core1, core2]
    .flatMap(server => server.workers)
    .map(({ upstreamAddress }) => `    server ${upstreamAddress}${down.includes(upstreamAddress) ? ' down' : ''};\n`)
    .join('')}}\n`

export const write = (
  before: readonly string[],
  down: readonly string[],
  draining: readonly [string, number][],
): Step => ({
  kind: 'write-upstream',
  server: 'core-1',
  title: 'Write',
  file: '/etc/nginx/up.conf',
  before: fileWith(...before),
  text: fileWith(...down),
  draining: draining.map(([server, id]) => workerOf(server, id)),
})
export const drained = (server: string, id: number): Step => ({
  kind: 'wait-drained',
  server,
  title: 'Drain',
  workers: [workerOf(server, id)],
  timeoutSeconds: 60,
  onTimeout: 'stop',
})
export const restart = (server: string, id: number): Step => ({
  kind: 'restart-worker',
  server,
  title: 'Restart',
  worker: workerOf(server, id),
})
export const ready = (server: string, id: number): Step => ({
  kind: 'wait-ready',
  server,
  title: 'Ready',
  workers: [workerOf(server, id)],
  timeoutSeconds: 10,
  checks: 2,
})

/** A rolling restart of core-1's worker 1, then core-2's worker 1. */
export const steps: readonly Step[] = [
  write([], ['127.0.0.1:8001'], [['core-1', 1]]),
  drained('core-1', 1),
  restart('core-1', 1),
  ready('core-1', 1),
  write(['127.0.0.1:8001'], ['10.0.0.2:8001'], [['core-2', 1]]),
  drained('core-2', 1),
  restart('core-2', 1),
  ready('core-2', 1),
  write(['10.0.0.2:8001'], [], []),
]

export const planOf = (planned: Partial<Plan> = {}): Plan => ({
  operation: 'rolling-restart',
  fleet: 'production',
  title: 'Rolling restart',
  edits: [],
  steps,
  warnings: [],
  questions: [],
  refusals: [],
  ...planned,
})

export interface Run {
  readonly outcome: RunOutcome
  readonly hosts: SimulatedHosts
  readonly events: readonly RunEvent[]
  /** Milliseconds from the cancel to its end. */
  readonly afterCancel: number
}

/**
 * Applies a plan to simulated hosts; `arrange` says what happens on the way. Sleeps take no time, but for a turn of the loop. `planAgain`
 * says what is to be done when the lock is held.
 */
export async function run(
  arrange: (hosts: SimulatedHosts, cancel: AbortController, abandon: AbortController, clock: Clock) => void = () => {},
  planned: Partial<Plan> = {},
  planAgain: (cancel: AbortController) => Promise<Plan> = async () => planOf(planned),
  edit: (hosts: SimulatedHosts) => Promise<void> = async () => {},
): Promise<Run> {
  const hosts = new SimulatedHosts(fleet, fileWith())
  const [cancel, abandon] = [new AbortController(), new AbortController()]
  const clock = virtualClock()
  let cancelledAt = 0
  cancel.signal.addEventListener('abort', () => {
    cancelledAt = clock.now()
  })
  arrange(hosts, cancel, abandon, clock)
  const events: RunEvent[] = []
  const outcome = await applyPlan(planOf(planned), {
    fleet,
    connections: hosts,
    planAgain: () => planAgain(cancel),
    signal: cancel.signal,
    abandon: abandon.signal,
    owner: 'alice@laptop',
    again: 'fleet-ops run rolling-restart fleet.yaml',
    edit: () => edit(hosts),
    onEvent: event => events.push(event),
    clock,
  })
  return { outcome, hosts, events, afterCancel: clock.now() - cancelledAt }
}
