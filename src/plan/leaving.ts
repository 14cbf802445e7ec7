import { t } from '@vscode/l10n'
import type { Server, Worker } from '../fleet/fleet'
import type { Observed } from '../fleet/observed'
import { counted } from '../fleet/words'
import { workerNumbered } from '../fleet/worker-numbered'
import { normalAddress } from '../nginx/address'
import { allOf, type Checked, question, refusal, warnOfSilent } from './checks'
import { isUp, liveUpstream } from './live-upstream'
import { isHealthy, isRunning, observedWorker, reachableServer } from './observed-worker'
import type { Situation } from './operation'
import type { Step } from './plan'
import { waitDrained } from './rollout'
import { targetOf } from './target'
import { nameWorkers } from './worker-names'
import { writeLines } from './write-upstream'

type Known = Pick<Situation, 'fleet' | 'observed'>

/**
 * The workers that a server has and fleet.yaml does not name: those that systemd runs or would start at boot, and those that nginx
 * sends calls to. In ascending order of id.
 */
export function leavingWorkers({ fleet, observed }: Known, server: Server): readonly Worker[] {
  const known = Object.keys(reachableServer(observed, server.name)?.workers ?? {}).map(Number)
  const alive = known.filter(id => isAlive(observed, { server: server.name, id }))
  const ids = new Set([...alive, ...idsInUpstream({ fleet, observed }, server)])
  return [...ids]
    .filter(id => !server.workers.some(worker => worker.id === id))
    .toSorted((a, b) => a - b)
    .map(id => workerNumbered(fleet, server, id))
}

/** Whether systemd has anything to stop or disable for it: a process, one that it keeps starting, or a link for the next boot. */
function isAlive(observed: Observed, worker: Pick<Worker, 'server' | 'id'>): boolean {
  const known = observedWorker(observed, worker)
  if (!known || known.loadState === 'not-found') return false
  return !['inactive', 'failed'].includes(known.activeState) || known.unitFileState.startsWith('enabled')
}

/** The ids of a server's workers that the live upstream has a line for, by their addresses. */
function idsInUpstream({ fleet, observed }: Known, server: Server): readonly number[] {
  const live = liveUpstream(fleet, observed)
  const { endpoint } = fleet.service
  // A socket is on nginx's own machine, whichever server it is for.
  if (live.kind !== 'found' || (endpoint.kind === 'socket' && server.name !== fleet.loadBalancer.server)) return []
  return [...live.lines.values()].flatMap(({ address, normalAddress: line }) => {
    const id =
      endpoint.kind === 'port' ? Number(/:(\d+)$/.exec(address)?.[1]) - endpoint.port : numberIn(address, endpoint.path)
    if (!Number.isInteger(id) || id < 1) return []
    return normalAddress(workerNumbered(fleet, server, id).upstreamAddress) === line ? [id] : []
  })
}

/** What is in the place of the first `%i`. */
function numberIn(address: string, path: string): number {
  const [before = ''] = path.split('%i')
  return Number.parseInt(address.replace(/^unix:/i, '').slice(before.length), 10)
}

/**
 * Takes workers out of service for good: out of nginx's upstream, whose reload keeps their calls and sends them no new ones; then
 * their calls are waited for, and they are stopped and disabled. Only steps that are still needed are included.
 */
export function leaveSteps(situation: Situation, workers: readonly Worker[]): readonly Step[] {
  if (workers.length === 0) return []
  const write = writeLines(situation, t('Take {0} out of nginx', nameWorkers(workers)), [], workers)
  return [...write, ...stopSteps(situation, workers)]
}

/** Waits for the calls of workers that nginx sends no new ones, then stops and disables them. */
export function stopSteps({ fleet, observed }: Situation, workers: readonly Worker[]): readonly Step[] {
  const running = workers.filter(worker => isRunning(observed, worker))
  const answering = running.filter(worker => isHealthy(observed, worker))
  const silent = running.filter(worker => !isHealthy(observed, worker))
  const stopping = workers.filter(worker => isAlive(observed, worker))
  return [
    ...waitDrained(fleet, answering, fleet.rollout.drain.onTimeout),
    ...waitDrained(fleet, silent, 'restart'),
    ...stopping.map(
      (worker): Step => ({
        kind: 'disable-worker',
        server: worker.server,
        title: t('Stop and disable {0}', nameWorkers([worker])),
        worker: targetOf(worker),
      }),
    ),
  ]
}

/**
 * Whether the workers that stay can take the calls: at least one must, and the active calls should fit. Workers not taking calls now
 * do not reduce capacity. `arriving` are workers that take calls before these leave.
 */
export function checkStaying(
  situation: Situation,
  leaving: readonly Worker[],
  arriving: readonly Worker[] = [],
): Checked {
  const { fleet, observed } = situation
  const live = liveUpstream(fleet, observed)
  if (live.kind !== 'found' || leaving.length === 0) return allOf()
  const isServing = (worker: Worker) => isUp(live.lines, worker) && isHealthy(observed, worker)
  const staying = fleet.servers.flatMap(server => server.workers).filter(worker => !leaving.includes(worker))
  const serving = staying.filter(worker => isServing(worker) || (arriving.includes(worker) && !worker.line.down))
  const names = nameWorkers(leaving)
  if (serving.length === 0 && leaving.some(isServing))
    return refusal(
      t(
        'no other worker of {0} takes calls: without {1} every new call would be refused',
        fleet.loadBalancer.upstream,
        names,
      ),
      t('add a worker, or bring one back, first'),
    )
  const latest = counted(fleet.rollout.drain.timeoutSeconds, 'second')
  return allOf(
    checkRoomWithout({ fleet, observed }, leaving, serving),
    warnOfSilent(situation, leaving, {
      one: (name, health) =>
        t(
          '{0} is running but not answering {1}, so its calls cannot be seen to end: stopped after {2} at the latest',
          name,
          health,
          latest,
        ),
      several: (names, health) =>
        t(
          '{0} are running but not answering {1}, so their calls cannot be seen to end: stopped after {2} at the latest',
          names,
          health,
          latest,
        ),
    }),
  )
}

/** Whether the active calls would fit on `serving` without the workers that are taken out of service. */
export function checkRoomWithout(
  { fleet, observed }: Known,
  leaving: readonly Worker[],
  serving: readonly Worker[],
): Checked {
  const health = (worker: Worker) => {
    const known = observedWorker(observed, worker)?.health
    return known?.kind === 'ok' ? known : undefined
  }
  const all = new Set([...fleet.servers.flatMap(server => server.workers), ...leaving])
  const active = [...all].reduce((sum, worker) => sum + (health(worker)?.calls ?? 0), 0)
  const room = serving.reduce((sum, worker) => sum + (health(worker)?.max ?? worker.maxConcurrentCalls), 0)
  if (active <= room) return allOf()
  const names = nameWorkers(leaving)
  return question(
    active === 1
      ? t(
          '{0} call is active now, and the remaining workers take {1}: without {2} new calls may be refused',
          active,
          room,
          names,
        )
      : t(
          '{0} calls are active now, and the remaining workers take {1}: without {2} new calls may be refused',
          active,
          room,
          names,
        ),
  )
}
