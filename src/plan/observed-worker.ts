import type { Worker } from '../fleet/fleet'
import type { Observed, ObservedWorker, ReachableServer } from '../fleet/observed'

/** An instance that systemd has never heard of: it does not run, and nothing starts it at boot. */
const unheardOf: ObservedWorker = {
  activeState: 'inactive',
  subState: 'dead',
  loadState: 'loaded',
  unitFileState: 'disabled',
  restarts: 0,
  health: { kind: 'not-asked' },
}

/** What a server reported, or undefined if it could not be asked. */
export function reachableServer(observed: Observed, name: string): ReachableServer | undefined {
  const server = observed.servers[name]
  return server?.reachable ? server : undefined
}

/** What is known about a worker; undefined if its server could not be asked. */
export function observedWorker(observed: Observed, worker: Pick<Worker, 'server' | 'id'>): ObservedWorker | undefined {
  const server = reachableServer(observed, worker.server)
  return server && (server.workers[worker.id] ?? unheardOf)
}

/**
 * Whether it has a process: it may have calls, and stopping it would end them. In SubState `auto-restart` the process has
 * died and systemd waits before it starts the next (systemd.service(5), RestartSec).
 */
export function isRunning(observed: Observed, worker: Pick<Worker, 'server' | 'id'>): boolean {
  const known = observedWorker(observed, worker)
  return known !== undefined && !['inactive', 'failed'].includes(known.activeState) && known.subState !== 'auto-restart'
}

/** Whether it runs and its own health reports that it can take calls. */
export function isHealthy(observed: Observed, worker: Pick<Worker, 'server' | 'id'>): boolean {
  const known = observedWorker(observed, worker)
  return known?.activeState === 'active' && known.health.kind === 'ok'
}

/** Whether it has a process but does not report that it can take calls, or how many it has. */
export function isSilent(observed: Observed, worker: Pick<Worker, 'server' | 'id'>): boolean {
  return isRunning(observed, worker) && !isHealthy(observed, worker)
}

/**
 * Whether systemd starts it at boot, or has nothing that could be enabled. `enabled-runtime` does not survive a reboot
 * (systemctl(1), `is-enabled`).
 */
export function isEnabled(observed: Observed, worker: Pick<Worker, 'server' | 'id'>): boolean {
  const state = observedWorker(observed, worker)?.unitFileState
  return state !== undefined && ['enabled', 'static', 'generated', 'alias'].includes(state)
}
