import { t } from '@vscode/l10n'
import type { Server, Worker } from '../fleet/fleet'
import { counted, listOf } from '../fleet/words'
import { type LiveUpstream, liveUpstream } from './live-upstream'
import { isRunning, isSilent, observedWorker } from './observed-worker'
import type { Situation } from './operation'
import type { Refusal } from './plan'
import { mendNames, otherNamesOf } from './same-machine'
import { nameWorkers } from './worker-names'

/** The objections to an operation: what forbids it, what the operator should know first, and what the operator must agree to. */
export interface Checked {
  readonly refusals: readonly Refusal[]
  readonly warnings: readonly string[]
  readonly questions: readonly string[]
}

const fine: Checked = { refusals: [], warnings: [], questions: [] }

/** Several checks as one, without duplicates. */
export function allOf(...checks: readonly Checked[]): Checked {
  const refusals = checks.flatMap(check => check.refusals)
  return {
    refusals: refusals.filter((one, index) => refusals.findIndex(other => other.message === one.message) === index),
    warnings: [...new Set(checks.flatMap(check => check.warnings))],
    questions: [...new Set(checks.flatMap(check => check.questions))],
  }
}

/**
 * Whether nginx can be changed and reloaded. `block` says whether the operation needs the upstream block to exist
 * already, or writes it.
 */
export function checkLoadBalancer(situation: Situation, block: 'needed' | 'written'): Checked {
  const { fleet, observed } = situation
  const { machine, upstream, file } = fleet.loadBalancer
  const live = observed.loadBalancer
  if (!live.reachable) return refusal(t('{0} cannot be reached: {1}', machine.name, live.message), live.remedy)
  return allOf(
    live.nginxVersion === undefined && !live.nginxActive
      ? refusal(
          t('nginx is not installed on {0}', machine.name),
          t('install nginx on {0}, then run this again', machine.name),
        )
      : live.nginxActive
        ? fine
        : refusal(
            t('nginx is not running on {0}, so it cannot be reloaded', machine.name),
            t('check `systemctl status nginx` on {0} and start it, then run this again', machine.name),
          ),
    checkBlock(liveUpstream(fleet, observed), block, `${file} on ${machine.name}`, upstream),
    checkShutdownTimeout(situation),
    live.lock
      ? warning(
          t(
            '{0} is carrying out {1} on this fleet now: wait until that has ended',
            live.lock.owner,
            live.lock.operation,
          ),
        )
      : fine,
  )
}

function checkBlock(live: LiveUpstream, block: 'needed' | 'written', where: string, upstream: string): Checked {
  if (live.kind === 'unclear')
    return refusal(
      t('{0} cannot be changed safely: {1}', where, live.reason),
      t('fix the file by hand, then run this again'),
    )
  if (live.kind === 'absent' && block === 'needed')
    return refusal(
      t('{0} has no upstream {1}, so workers cannot be drained', where, upstream),
      t('run reload first, which writes it'),
    )
  return fine
}

/** After worker_shutdown_timeout, nginx closes the remaining connections from before a reload (nginx.org, ngx_core_module). */
function checkShutdownTimeout({ fleet, observed }: Situation): Checked {
  const live = observed.loadBalancer
  const timeout = live.reachable ? live.workerShutdownTimeoutSeconds : undefined
  const drain = fleet.rollout.drain.timeoutSeconds
  if (timeout === undefined || timeout >= drain) return fine
  return warning(
    t(
      'nginx cuts calls that are still open {0} after a reload (worker_shutdown_timeout), before the drain timeout of {1}: raise or remove it in nginx.conf',
      counted(timeout, 'second'),
      counted(drain, 'second'),
    ),
  )
}

/** Whether the servers that an operation changes can be reached, and are the machines that they should be. */
export function checkServers(situation: Situation, servers: readonly Server[]): Checked {
  return allOf(
    checkMachines(situation, servers),
    ...servers.map(({ name }) => {
      const server = situation.observed.servers[name]
      if (server?.reachable) return fine
      return refusal(t('{0} cannot be reached: {1}', name, server?.message ?? t('it was not asked')), server?.remedy)
    }),
  )
}

/** Whether each server is a machine of its own: if one has two names, it is unclear which workers belong to which. */
export function checkMachines({ fleet, observed }: Situation, servers: readonly Server[]): Checked {
  return allOf(
    ...servers.map(({ name }) => {
      const others = otherNamesOf(fleet, observed, name)
      return others.length === 0
        ? fine
        : refusal(t('{0} is the same machine as {1}', name, listOf(others)), mendNames(fleet, [name, ...others]))
    }),
  )
}

/** Whether systemd could start these workers. */
export function checkUnits({ observed, fleet }: Situation, workers: readonly Worker[]): Checked {
  return allOf(
    ...workers.map(worker => {
      const state = observedWorker(observed, worker)?.loadState
      if (state === 'masked')
        return refusal(
          t('{0} is masked on {1}', worker.unit, worker.server),
          t('`systemctl unmask {0}` on {1}', worker.unit, worker.server),
        )
      if (state === 'not-found')
        return refusal(
          t('{0} has no unit {1}.service', worker.server, fleet.service.unit),
          t(
            'install the template unit on {0}, as add-server --server {0} does, or correct service.unit',
            worker.server,
          ),
        )
      return fine
    }),
  )
}

/** The messages for one worker that runs and does not answer, and for several, by name; `health` is the path that was asked. */
export type SilenceWords = Readonly<Record<'one' | 'several', (names: string, health: string) => string>>

/** Warns of workers that run and do not answer: whether their calls have ended cannot be seen. `words` say what happens then. */
export function warnOfSilent(
  { observed, fleet }: Situation,
  workers: readonly Worker[],
  { one, several }: SilenceWords,
): Checked {
  const silent = workers.filter(worker => isSilent(observed, worker))
  if (silent.length === 0) return fine
  return warning((silent.length === 1 ? one : several)(nameWorkers(silent), fleet.service.health))
}

/** A worker that runs and does not answer cannot say when its calls have ended, and may need the restart most of all. */
export function checkSilent(situation: Situation, workers: readonly Worker[]): Checked {
  const { observed, fleet } = situation
  const latest = counted(fleet.rollout.drain.timeoutSeconds, 'second')
  const warned = warnOfSilent(situation, workers, {
    one: (name, health) =>
      t(
        '{0} is running but not answering {1}, so its calls cannot be seen to end: restarted after {2} at the latest, whatever rollout.drain.on_timeout says',
        name,
        health,
        latest,
      ),
    several: (names, health) =>
      t(
        '{0} are running but not answering {1}, so their calls cannot be seen to end: restarted after {2} at the latest, whatever rollout.drain.on_timeout says',
        names,
        health,
        latest,
      ),
  })
  const running = fleet.servers.flatMap(server => server.workers).filter(worker => isRunning(observed, worker))
  if (warned === fine || running.length < 2 || !running.every(worker => isSilent(observed, worker))) return warned
  return allOf(
    warned,
    warning(
      t(
        'none of the {0} running workers answers where fleet.yaml says: if they do handle calls, correct service.port, service.socket or service.health before restarting anything',
        running.length,
      ),
    ),
  )
}

export const refusal = (message: string, remedy?: string): Checked => ({
  ...fine,
  refusals: [remedy === undefined ? { message } : { message, remedy }],
})

export const warning = (...warnings: readonly string[]): Checked => ({ ...fine, warnings })

export const question = (message: string): Checked => ({ ...fine, questions: [message] })
