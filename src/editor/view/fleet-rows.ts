import * as vscode from 'vscode'
import type { Fleet, Server, Worker } from '../../fleet/fleet'
import type { Observed, Unreachable } from '../../fleet/observed'
import type { Drift } from '../../plan/drift'
import type { OperationArguments } from '../../plan/operation'
import type { OperationCall } from '../../plan/operation-call'
import type { WorkerState } from '../../plan/state'
import { iconOfState, wordOfState } from './worker-state-look'

/** A row of the Fleet view: what it says, and what it represents. */
export interface FleetRow {
  /** Unique in the view, and the same from one refresh to the next. */
  readonly id: string
  readonly kind: 'fleet' | 'load-balancer' | 'server' | 'worker' | 'drifts' | 'drift' | 'no-drift' | 'errors'
  readonly label: string
  readonly description: string
  readonly tooltip: string
  /** A codicon's id; the description also says what the icon and its colour say. */
  readonly icon: string
  readonly colour?: string
  /** For a screen reader. */
  readonly spoken: string
  readonly expands: 'none' | 'collapsed' | 'expanded'
  readonly file: vscode.Uri
  /** Where fleet.yaml says it, for a click. */
  readonly path?: readonly (string | number)[]
  /** What operations on this row receive. */
  readonly given: OperationArguments
  /** What fixes it, for a drift. */
  readonly mend?: OperationCall
}

/** A fleet and what is known about it: what rows are made from. */
export interface FleetView {
  readonly file: vscode.Uri
  readonly fleet: Fleet
  readonly observed: Observed | undefined
  readonly states: ReadonlyMap<Worker, WorkerState>
  readonly drifts: readonly Drift[]
}

/** The rows of one fleet: load balancer, servers, and what differs from fleet.yaml. */
export function fleetRows(view: FleetView): readonly FleetRow[] {
  return [loadBalancerRow(view), ...view.fleet.servers.map(server => serverRow(view, server)), ...driftGroup(view)]
}

/** The rows under a row. */
export function rowsBeneath(view: FleetView, row: FleetRow): readonly FleetRow[] {
  if (row.kind === 'fleet') return fleetRows(view)
  if (row.kind === 'drifts') return view.drifts.map((drift, index) => driftRow(view, drift, index))
  const server = row.kind === 'server' && view.fleet.servers.find(({ name }) => name === row.given.server)
  return server ? server.workers.map(worker => workerRow(view, worker)) : []
}

/** Current and maximum calls of some workers, such as `11/20 calls`; empty while nothing is known. */
export function callsOf(states: readonly (WorkerState | undefined)[]): string {
  const known = states.filter(state => state?.calls !== undefined)
  if (known.length === 0) return ''
  const calls = known.reduce((sum, state) => sum + (state?.calls ?? 0), 0)
  const max = known.reduce((sum, state) => sum + (state?.max ?? 0), 0)
  return vscode.l10n.t('{0}/{1} calls', calls, max)
}

function loadBalancerRow({ file, fleet, observed, states }: FleetView): FleetRow {
  const { machine, upstream } = fleet.loadBalancer
  const live = observed?.loadBalancer
  const label = vscode.l10n.t('Load balancer')
  const about = {
    id: `${file}#load-balancer`,
    kind: 'load-balancer',
    label,
    expands: 'none',
    file,
    path: ['load_balancer'],
    given: {},
  } as const
  if (!live) return withSpoken({ ...about, description: machine.name, tooltip: upstream, icon: 'arrow-swap' })
  if (!live.reachable) {
    const description = `${machine.name} · ${whyUnreachable(live)}`
    return withSpoken({
      ...about,
      description,
      tooltip: tooltip(live.message, live.remedy),
      icon: 'debug-disconnect',
      colour: 'charts.red',
    })
  }
  const nginx = live.nginxActive
    ? vscode.l10n.t('nginx {0}', live.nginxVersion ?? '')
    : vscode.l10n.t('nginx is not running')
  const locked = live.lock && vscode.l10n.t('locked by {0}: {1}', live.lock.owner, live.lock.operation)
  return withSpoken({
    ...about,
    description: [machine.name, ...(live.nginxActive ? [] : [nginx]), callsOf([...states.values()]), locked]
      .filter(Boolean)
      .join(' · '),
    tooltip: tooltip(nginx, vscode.l10n.t('upstream {0} in {1}', upstream, fleet.loadBalancer.file), locked),
    ...(live.nginxActive ? { icon: live.lock ? 'lock' : 'arrow-swap' } : { icon: 'error', colour: 'charts.red' }),
  })
}

function serverRow({ file, fleet, observed, states }: FleetView, server: Server): FleetRow {
  const live = observed?.servers[server.name]
  const about = {
    id: `${file}#${server.name}`,
    kind: 'server',
    label: server.name,
    expands: server.workers.length === 0 ? 'none' : isSmall(fleet) ? 'expanded' : 'collapsed',
    file,
    path: ['servers', server.name],
    given: { server: server.name },
  } as const
  const workers =
    server.workers.length === 1 ? vscode.l10n.t('1 worker') : vscode.l10n.t('{0} workers', server.workers.length)
  if (live && !live.reachable) {
    const description = whyUnreachable(live)
    return withSpoken({
      ...about,
      description,
      tooltip: tooltip(live.message, live.remedy),
      icon: 'debug-disconnect',
      colour: 'charts.red',
    })
  }
  const own = server.workers.map(worker => states.get(worker))
  const troubled = own.filter(state => state && ['failed', 'unreachable', 'not-running'].includes(state.kind)).length
  const trouble = troubled > 0 ? vscode.l10n.t('{0} not serving', troubled) : ''
  const load =
    live &&
    (live.cores === 1
      ? vscode.l10n.t('load {0} on 1 core', live.load1.toFixed(2))
      : vscode.l10n.t('load {0} on {1} cores', live.load1.toFixed(2), live.cores))
  return withSpoken({
    ...about,
    description: [trouble, callsOf(own), workers].filter(Boolean).join(' · '),
    tooltip: tooltip(`${server.name} (${server.host})`, load),
    ...(troubled > 0 ? { icon: 'warning', colour: 'charts.yellow' } : { icon: 'server' }),
  })
}

/** On one line, as long as the view is wide: the tooltip says what to do about it. */
const whyUnreachable = ({ message }: Unreachable): string =>
  vscode.l10n.t('unreachable: {0}', message.split('\n')[0] ?? '')

/** Whether all workers of a fleet can be shown at once. */
const isSmall = ({ servers }: Fleet): boolean => servers.reduce((sum, { workers }) => sum + workers.length, 0) <= 24

function workerRow({ file, states }: FleetView, worker: Worker): FleetRow {
  const state = states.get(worker)
  const calls = state?.calls === undefined ? '' : vscode.l10n.t('{0}/{1} calls', state.calls, state.max ?? '?')
  return withSpoken({
    id: `${file}#${worker.server}/${worker.id}`,
    kind: 'worker',
    label: vscode.l10n.t('worker {0}', worker.id),
    description: [state ? wordOfState(state) : '', calls].filter(Boolean).join(' · '),
    tooltip: tooltip(`${worker.unit} · ${worker.upstreamAddress}`, state?.reason),
    ...iconOfState(state),
    expands: 'none',
    file,
    path: ['servers', worker.server, 'workers'],
    given: { server: worker.server, worker: worker.id },
  })
}

function driftGroup({ file, observed, drifts }: FleetView): readonly FleetRow[] {
  if (!observed) return []
  const about = { id: `${file}#drift`, label: vscode.l10n.t('Drift'), file, given: {} } as const
  if (observed.loadBalancer.reachable && observed.loadBalancer.lock) {
    const description = vscode.l10n.t('unknown while {0} is in progress', observed.loadBalancer.lock.operation)
    return [
      withSpoken({ ...about, kind: 'no-drift', description, tooltip: description, icon: 'sync', expands: 'none' }),
    ]
  }
  const silent = [observed.loadBalancer, ...Object.values(observed.servers)].filter(
    ({ reachable }) => !reachable,
  ).length
  if (drifts.length === 0 && silent > 0) {
    const description = vscode.l10n.t('unknown: not every server can be reached')
    return [
      withSpoken({ ...about, kind: 'no-drift', description, tooltip: description, icon: 'question', expands: 'none' }),
    ]
  }
  if (drifts.length === 0) {
    const description = vscode.l10n.t('none: matches fleet.yaml')
    return [
      withSpoken({
        ...about,
        kind: 'no-drift',
        description,
        tooltip: description,
        icon: 'pass',
        colour: 'charts.green',
        expands: 'none',
      }),
    ]
  }
  const description =
    drifts.length === 1 ? vscode.l10n.t('1 difference') : vscode.l10n.t('{0} differences', drifts.length)
  const text = vscode.l10n.t('What differs from fleet.yaml, each with the operation that fixes it')
  return [
    withSpoken({
      ...about,
      kind: 'drifts',
      description,
      tooltip: text,
      icon: 'diff',
      colour: 'charts.yellow',
      expands: 'expanded',
    }),
  ]
}

function driftRow({ file }: FleetView, drift: Drift, index: number): FleetRow {
  return withSpoken({
    id: `${file}#drift/${index}/${drift.message}`,
    kind: 'drift',
    label: drift.message,
    description: '',
    tooltip: drift.message,
    icon: 'circle-small-filled',
    colour: 'charts.yellow',
    expands: 'none',
    file,
    path: drift.server === undefined ? ['load_balancer'] : ['servers', drift.server],
    given: drift.mend?.given ?? {},
    ...(drift.mend ? { mend: drift.mend } : {}),
  })
}

/** What a screen reader says: the label and the description, which together hold all that the icon shows. */
export function withSpoken(row: Omit<FleetRow, 'spoken'>): FleetRow {
  return { ...row, spoken: [row.label, row.description.replaceAll(' · ', ', ')].filter(Boolean).join(', ') }
}

const tooltip = (...lines: readonly (string | undefined)[]): string => lines.filter(Boolean).join('\n')
