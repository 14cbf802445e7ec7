import type { Fleet, Server, Worker } from '../fleet/fleet'
import type { Observed } from '../fleet/observed'
import { counted } from '../fleet/words'
import type { Drift } from '../plan/drift'
import { commandWords } from '../plan/operation-call'
import { shellWord } from '../plan/shell-word'
import type { WorkerState, WorkerStateKind } from '../plan/state'
import { type Role, type StyledLine, span } from '../plan/styled-text'

/** A fleet and what is known about it. */
export interface FleetStatus {
  readonly fleet: Fleet
  readonly observed: Observed
  readonly states: ReadonlyMap<Worker, WorkerState>
  readonly drifts: readonly Drift[]
  /** Whether every server and the load balancer could be asked. */
  readonly reached: boolean
}

const roles: Readonly<Record<WorkerStateKind, Role>> = {
  healthy: 'done',
  busy: 'done',
  draining: 'warning',
  restarting: 'warning',
  unreachable: 'refusal',
  failed: 'refusal',
  'not-running': 'refusal',
}

/** The fleet as text: load balancer, servers, workers, and what differs from the file, with the operations that fix it. */
export function statusLines(status: FleetStatus, file: string): readonly StyledLine[] {
  return [
    [span('title', `fleet ${status.fleet.name}`), span('plain', `  ${callsOf([...status.states.values()])}`)],
    [],
    ...loadBalancerLines(status),
    ...status.fleet.servers.flatMap(server => [[], ...serverLines(status, server)]),
    [],
    ...driftLines(status, file),
  ]
}

/** The same as JSON. `observed` holds the servers' own answers as received; `workers` and `drift` are derived from them. */
export function statusJson({ fleet, observed, states, drifts }: FleetStatus): string {
  const workers = [...states].map(([worker, { kind, ...rest }]) => ({
    server: worker.server,
    worker: worker.id,
    unit: worker.unit,
    address: worker.upstreamAddress,
    state: kind,
    ...rest,
  }))
  return JSON.stringify({ fleet: fleet.name, workers, drift: drifts, observed }, null, 2)
}

function loadBalancerLines({ fleet, observed }: FleetStatus): readonly StyledLine[] {
  const { machine, upstream, file } = fleet.loadBalancer
  const live = observed.loadBalancer
  const head = span('title', `load balancer ${machine.name}`)
  if (!live.reachable)
    return [[head, span('refusal', '  unreachable'), span('plain', `: ${live.message}`)], ...remedyLines(live.remedy)]
  const nginx = live.nginxActive
    ? span('done', `  nginx ${live.nginxVersion ?? ''} running`)
    : span('refusal', '  nginx not running')
  const lock: readonly StyledLine[] = live.lock
    ? [[span('warning', `  ${live.lock.owner} is carrying out ${live.lock.operation} now`)]]
    : []
  return [[head, nginx, span('dim', `  upstream ${upstream} in ${file}`)], ...lock]
}

function serverLines({ observed, states }: FleetStatus, server: Server): readonly StyledLine[] {
  const live = observed.servers[server.name]
  const head = span('title', server.name)
  if (!live?.reachable)
    return [
      [head, span('refusal', '  unreachable'), span('plain', `: ${live?.message ?? 'not asked'}`)],
      ...remedyLines(live?.remedy),
    ]
  const own = server.workers.map(worker => states.get(worker))
  const about = `  ${callsOf(own)}, load ${live.load1.toFixed(2)} on ${counted(live.cores, 'core')}`
  const width = Math.max(...server.workers.map(worker => worker.upstreamAddress.length))
  return [[head, span('dim', about)], ...server.workers.map(worker => workerLine(worker, states.get(worker), width))]
}

function workerLine(worker: Worker, state: WorkerState | undefined, width: number): StyledLine {
  const kind = state?.kind ?? 'unreachable'
  const calls = state?.calls === undefined ? '' : `${state.calls}/${state.max}`
  const reason = state?.reason ? `  ${state.reason}` : ''
  return [
    span('plain', `  ${String(worker.id).padStart(3)}  ${worker.upstreamAddress.padEnd(width)}  `),
    span(roles[kind], kind.replace('-', ' ').padEnd(12)),
    span('plain', calls.padStart(6)),
    span('dim', reason),
  ]
}

function driftLines({ drifts, reached }: FleetStatus, file: string): readonly StyledLine[] {
  if (drifts.length === 0)
    return [
      [span('done', reached ? 'Matches fleet.yaml.' : 'Matches fleet.yaml, as far as the servers could be asked.')],
    ]
  const lines = drifts.flatMap(({ message, mend }): readonly StyledLine[] => [
    [span('warning', '  - '), span('plain', message)],
    ...(mend ? [[span('dim', `    fleet-ops run ${commandWords(mend)} ${shellWord(file)}`)]] : []),
  ])
  return [[span('warning', `${counted(drifts.length, 'difference')} from fleet.yaml:`)], ...lines]
}

function callsOf(states: readonly (WorkerState | undefined)[]): string {
  const calls = states.reduce((sum, state) => sum + (state?.calls ?? 0), 0)
  const max = states.reduce((sum, state) => sum + (state?.max ?? 0), 0)
  return `${calls} of ${counted(max, 'call')}`
}

const remedyLines = (remedy: string | undefined): readonly StyledLine[] =>
  remedy ? [[span('dim', '  what to do: '), span('plain', remedy)]] : []
