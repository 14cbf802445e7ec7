import { t } from '@vscode/l10n'
import type { Server, Worker } from '../../fleet/fleet'
import type { Observed, ObservedWorker } from '../../fleet/observed'
import { counted } from '../../fleet/words'
import type { Drift } from '../drift'
import { leavingWorkers } from '../leaving'
import { isEnabled, observedWorker } from '../observed-worker'
import type { Situation } from '../operation'

/** Each worker: whether it runs, answers, starts at boot and takes as many calls as the file says; and workers not in the file. */
export function workerDrift({ fleet, observed }: Pick<Situation, 'fleet' | 'observed'>): readonly Drift[] {
  return fleet.servers.flatMap(server => [
    ...server.workers.flatMap(worker => driftOf(observed, worker)),
    ...strangers({ fleet, observed }, server),
  ])
}

function driftOf(observed: Observed, worker: Worker): readonly Drift[] {
  const known = observedWorker(observed, worker)
  if (!known) return []
  const name = t('worker {0} of {1}', worker.id, worker.server)
  const about = { server: worker.server, worker: worker.id }
  const restart = { operation: 'restart', given: about }
  const apply = { operation: 'apply', given: { server: worker.server } }
  const trouble = troubleOf(known, name, worker.unit)
  const enabled = isEnabled(observed, worker)
  if (trouble !== undefined) {
    // A server that is only partly added, or whose unit is gone: add-server does what is missing.
    const setUp = { operation: 'add-server', given: { server: worker.server } }
    const mend = known.loadState === 'not-found' ? setUp : enabled ? restart : apply
    return [{ ...about, message: trouble, mend }]
  }
  const calls = known.health.kind === 'ok' ? known.health.max : worker.maxConcurrentCalls
  return [
    ...(enabled
      ? []
      : [
          {
            ...about,
            message: t(
              '{0} would not start at boot: {1} is {2}',
              name,
              worker.unit,
              known.unitFileState || t('not enabled'),
            ),
            mend: apply,
          },
        ]),
    ...(calls === worker.maxConcurrentCalls
      ? []
      : [
          {
            ...about,
            message: t('{0} takes {1} calls, and fleet.yaml says {2}', name, calls, worker.maxConcurrentCalls),
            mend: { operation: 'set-calls', given: { server: worker.server, calls: worker.maxConcurrentCalls } },
          },
        ]),
  ]
}

/** What keeps a worker from taking calls; undefined if nothing does, or if it is starting. */
function troubleOf(
  { activeState, subState, loadState, restarts, health }: ObservedWorker,
  name: string,
  unit: string,
): string | undefined {
  if (loadState === 'not-found') return t('{0} cannot run: unit {1} does not exist', name, unit)
  if (loadState === 'masked') return t('{0} cannot run: {1} is masked', name, unit)
  if (activeState === 'failed') return t('{0} has failed: {1} is in state failed', name, unit)
  if (activeState === 'inactive') return t('{0} is not running', name)
  if (subState === 'auto-restart')
    return t('{0} keeps dying: systemd has started it again {1}', name, counted(restarts, 'time'))
  if (activeState !== 'active') return undefined
  if (health.kind === 'wrong') return t('{0} is running, but its health is wrong: {1}', name, health.reason)
  if (health.kind === 'no-answer') return t('{0} is running but does not answer: {1}', name, health.reason)
  return undefined
}

/** Workers that a server runs, or would start at boot, and the file does not name. Their lines in nginx belong to upstream.ts. */
function strangers({ fleet, observed }: Pick<Situation, 'fleet' | 'observed'>, server: Server): readonly Drift[] {
  return leavingWorkers({ fleet, observed }, server).flatMap(({ id }): readonly Drift[] => {
    const known = observedWorker(observed, { server: server.name, id })
    const runs = known !== undefined && known.activeState !== 'inactive' && known.activeState !== 'failed'
    if (!runs && !known?.unitFileState.startsWith('enabled')) return []
    const message = runs
      ? t(
          'worker {0} of {1} is running but not in fleet.yaml: apply stops it when its calls have ended; to keep it, add it to workers',
          id,
          server.name,
        )
      : t(
          'worker {0} of {1} is enabled but not in fleet.yaml: apply stops it when its calls have ended; to keep it, add it to workers',
          id,
          server.name,
        )
    return [{ server: server.name, worker: id, message, mend: { operation: 'apply', given: { server: server.name } } }]
  })
}
