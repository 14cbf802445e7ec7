import type { Server, Worker } from '../../fleet/fleet'
import type { Observed, ObservedWorker } from '../../fleet/observed'
import type { Drift } from '../drift'
import { leavingWorkers } from '../leaving'
import { isEnabled, observedWorker } from '../observed-worker'
import type { Situation } from '../operation'
import { count } from '../worker-names'

/** Each worker: whether it runs, answers, would run after a boot and takes as many calls as the file says; and those that the file does not name. */
export function workerDrift({ fleet, observed }: Pick<Situation, 'fleet' | 'observed'>): readonly Drift[] {
  return fleet.servers.flatMap(server => [
    ...server.workers.flatMap(worker => driftOf(observed, worker)),
    ...strangers({ fleet, observed }, server),
  ])
}

function driftOf(observed: Observed, worker: Worker): readonly Drift[] {
  const known = observedWorker(observed, worker)
  if (!known) return []
  const name = `worker ${worker.id} of ${worker.server}`
  const about = { server: worker.server, worker: worker.id }
  const restart = { operation: 'restart', given: about }
  const apply = { operation: 'apply', given: { server: worker.server } }
  const trouble = troubleOf(known, worker.unit)
  const enabled = isEnabled(observed, worker)
  if (trouble !== undefined) {
    // A server that somebody has begun to add, or whose unit is gone: add-server does what is missing.
    const setUp = { operation: 'add-server', given: { server: worker.server } }
    const mend = known.loadState === 'not-found' ? setUp : enabled ? restart : apply
    return [{ ...about, message: `${name} ${trouble}`, mend }]
  }
  const calls = known.health.kind === 'ok' ? known.health.max : worker.maxConcurrentCalls
  return [
    ...(enabled
      ? []
      : [
          {
            ...about,
            message: `${name} would not start after a boot: ${worker.unit} is ${known.unitFileState || 'not enabled'}`,
            mend: apply,
          },
        ]),
    ...(calls === worker.maxConcurrentCalls
      ? []
      : [
          {
            ...about,
            message: `${name} takes ${calls} calls, and fleet.yaml says ${worker.maxConcurrentCalls}`,
            mend: { operation: 'set-calls', given: { server: worker.server, calls: worker.maxConcurrentCalls } },
          },
        ]),
  ]
}

/** What keeps a worker from taking calls; undefined if nothing does, or if it is on its way. */
function troubleOf(
  { activeState, subState, loadState, restarts, health }: ObservedWorker,
  unit: string,
): string | undefined {
  if (loadState === 'not-found') return `cannot run: there is no unit ${unit}`
  if (loadState === 'masked') return `cannot run: ${unit} is masked`
  if (activeState === 'failed') return `has failed: ${unit} is in state failed`
  if (activeState === 'inactive') return 'does not run'
  if (subState === 'auto-restart') return `keeps dying: systemd has started it again ${count(restarts, 'time')}`
  if (activeState !== 'active') return undefined
  if (health.kind === 'wrong') return `runs, and its health is wrong: ${health.reason}`
  if (health.kind === 'no-answer') return `runs, and does not answer: ${health.reason}`
  return undefined
}

/** Workers that a server runs, or would start at boot, and the file does not name. What nginx has of them is upstream's drift. */
function strangers({ fleet, observed }: Pick<Situation, 'fleet' | 'observed'>, server: Server): readonly Drift[] {
  return leavingWorkers({ fleet, observed }, server).flatMap(({ id }): readonly Drift[] => {
    const known = observedWorker(observed, { server: server.name, id })
    const runs = known !== undefined && known.activeState !== 'inactive' && known.activeState !== 'failed'
    if (!runs && !known?.unitFileState.startsWith('enabled')) return []
    const message = `worker ${id} of ${server.name} ${runs ? 'runs' : 'is enabled'}, and fleet.yaml does not name it: apply stops it when its calls have ended; to keep it, name it in workers`
    return [{ server: server.name, worker: id, message, mend: { operation: 'apply', given: { server: server.name } } }]
  })
}
