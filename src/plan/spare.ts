import { t } from '@vscode/l10n'
import type { Worker } from '../fleet/fleet'
import { allOf, type Checked, question, refusal, warning } from './checks'
import { isUp, type LiveLines } from './live-upstream'
import { isHealthy, observedWorker } from './observed-worker'
import type { Situation } from './operation'
import { nameWorkers } from './worker-names'

/**
 * Whether a rollout must leave a worker that takes new calls at every moment, or may restart the only one: if the operator agrees,
 * or with only a warning if that is all that was asked for.
 */
export type Spare = 'required' | 'asked-about' | 'warned-about'

/**
 * Whether some worker takes new calls while each batch is out. A worker counts if nginx's upstream has it, not marked
 * `down`, and its own health answers; those of an earlier batch count again, since the rollout stops if they do not come back.
 * A batch that takes no calls now cannot make it worse and is not checked.
 */
export function checkSpare(
  { fleet, observed }: Situation,
  lines: LiveLines,
  batches: readonly (readonly Worker[])[],
  spare: Spare,
): Checked {
  const serving = new Set(
    fleet.servers
      .flatMap(server => server.workers)
      .filter(worker => isUp(lines, worker) && isHealthy(observed, worker)),
  )
  for (const batch of batches) {
    const staying = [...serving].some(worker => !batch.includes(worker))
    if (!staying && batch.some(worker => serving.has(worker))) return noSpare(fleet.loadBalancer.upstream, batch, spare)
    for (const worker of batch.filter(worker => isUp(lines, worker))) serving.add(worker)
  }
  return allOf()
}

function noSpare(upstream: string, batch: readonly Worker[], spare: Spare): Checked {
  const what =
    batch.length === 1
      ? t('no other worker of {0} takes calls while {1} is out', upstream, nameWorkers(batch))
      : t('no other worker of {0} takes calls while {1} are out', upstream, nameWorkers(batch))
  const [worker, ...more] = batch
  if (worker === undefined || more.length > 0)
    return refusal(
      t('{0}: new calls would be refused', what),
      t('lower rollout.batch in fleet.yaml, so that fewer are out at a time'),
    )
  const meanwhile = t('{0}: new calls are refused until it is back', what)
  if (spare === 'warned-about') return warning(meanwhile)
  if (spare === 'asked-about') return question(meanwhile)
  return refusal(
    t('{0}: new calls would be refused', what),
    t(
      'add a worker first; or, if new calls may be refused meanwhile: restart --server {0} --worker {1}',
      worker.server,
      worker.id,
    ),
  )
}

/** Whether the active calls would fit on the workers that stay, for the batch that leaves the least capacity. */
export function checkRoom(
  { fleet, observed }: Situation,
  lines: LiveLines,
  batches: readonly (readonly Worker[])[],
): Checked {
  const workers = fleet.servers.flatMap(server => server.workers)
  const health = (worker: Worker) => {
    const known = observedWorker(observed, worker)?.health
    return known?.kind === 'ok' ? known : undefined
  }
  const active = workers.reduce((sum, worker) => sum + (health(worker)?.calls ?? 0), 0)
  const taken = (some: readonly Worker[]) =>
    some.filter(worker => isUp(lines, worker)).reduce((sum, worker) => sum + (health(worker)?.max ?? 0), 0)
  const whole = taken(workers)
  // A batch that takes no calls now does not reduce capacity.
  const [tightest] = batches
    .filter(batch => batch.some(worker => isUp(lines, worker) && isHealthy(observed, worker)))
    .map(batch => ({ batch, room: whole - taken(batch) }))
    .toSorted((one, other) => one.room - other.room)
  // Above rollout.max_active_calls no such batch begins, and all others are in service until then: it need not be checked either.
  const meanwhile = Math.min(active, fleet.rollout.maxActiveCalls ?? Number.POSITIVE_INFINITY)
  if (tightest === undefined || meanwhile <= tightest.room) return allOf()
  const { batch, room } = tightest
  const calls = active === 1 ? t('{0} call is active now', active) : t('{0} calls are active now', active)
  return question(
    batch.length === 1
      ? t(
          '{0}, and the remaining workers take {1} while {2} is out: new calls may be refused. Run it when traffic is lower, or set rollout.max_active_calls to wait for that',
          calls,
          room,
          nameWorkers(batch),
        )
      : t(
          '{0}, and the remaining workers take {1} while {2} are out: new calls may be refused. Run it when traffic is lower, or set rollout.max_active_calls to wait for that',
          calls,
          room,
          nameWorkers(batch),
        ),
  )
}
