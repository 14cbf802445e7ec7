import { t } from '@vscode/l10n'
import type { Fleet, Worker } from '../fleet/fleet'
import type { Observed } from '../fleet/observed'
import { type LiveUpstream, lineOf, liveUpstream } from './live-upstream'
import { observedWorker } from './observed-worker'

/** The state of a worker in one word, for people and scripts. */
export type WorkerStateKind = 'healthy' | 'busy' | 'draining' | 'restarting' | 'unreachable' | 'failed' | 'not-running'

export interface WorkerState {
  readonly kind: WorkerStateKind
  /** Current and maximum calls, if the worker reports them. */
  readonly calls?: number
  readonly max?: number
  /** Why, if the kind alone does not say. */
  readonly reason?: string
}

/** The state of every worker of the fleet. */
export function workerStates(fleet: Fleet, observed: Observed): ReadonlyMap<Worker, WorkerState> {
  const live = liveUpstream(fleet, observed)
  const workers = fleet.servers.flatMap(server => server.workers)
  return new Map(workers.map(worker => [worker, stateOf(observed, live, worker)]))
}

/** systemd's ActiveState (systemctl(1)), where that is enough. `activating` is also the wait before an automatic restart. */
const bySystemd: Readonly<Record<string, WorkerStateKind>> = {
  inactive: 'not-running',
  failed: 'failed',
  activating: 'restarting',
  deactivating: 'restarting',
  reloading: 'restarting',
}

function stateOf(observed: Observed, live: LiveUpstream, worker: Worker): WorkerState {
  const known = observedWorker(observed, worker)
  if (!known) {
    const server = observed.servers[worker.server]
    return { kind: 'unreachable', reason: server && !server.reachable ? server.message : t('it was not asked') }
  }
  const kind = bySystemd[known.activeState]
  if (kind) return { kind, reason: t('{0} is {1} ({2})', worker.unit, known.activeState, known.subState) }
  const { health } = known
  if (health.kind === 'wrong') return { kind: 'failed', reason: health.reason }
  if (health.kind === 'no-answer') return { kind: 'unreachable', reason: health.reason }
  if (health.kind === 'not-asked') return { kind: 'unreachable', reason: t('its health was not asked') }
  const { calls, max } = health
  const drained = live.kind === 'found' && lineOf(live.lines, worker)?.down === true
  if (drained) return { kind: 'draining', calls, max, reason: t('nginx has it marked down') }
  return { kind: calls > 0 ? 'busy' : 'healthy', calls, max }
}
