import { t } from '@vscode/l10n'
import { batchSize } from '../fleet/batch-size'
import type { Fleet, Worker } from '../fleet/fleet'
import { counted, listOf } from '../fleet/words'
import { graftLines } from '../nginx/graft-lines'
import { downMarker } from '../nginx/mark-down'
import { dealIntoBatches } from './batches'
import { allOf, type Checked, checkLoadBalancer, checkServers, checkSilent, checkUnits, warning } from './checks'
import { isUp, type LiveLines, lineOf, liveUpstream } from './live-upstream'
import { isHealthy, isRunning } from './observed-worker'
import type { Situation } from './operation'
import type { Step, WaitDrainedStep } from './plan'
import { checkRoom, checkSpare, type Spare } from './spare'
import { targetOf } from './target'
import { waitReachable } from './wait-reachable'
import { nameWorkers, serversOf } from './worker-names'

/** What an earlier, failed run of a rollout has left to this one. */
export interface RolloutSoFar {
  /** How many workers the whole rollout has: percentages are of these. */
  readonly total?: number
  /** Workers that have been restarted already and only have to be brought back. */
  readonly restarted?: readonly Worker[]
}

/** A checked part of a plan. Its steps are empty if anything is refused. */
export interface Stretch extends Checked {
  readonly steps: readonly Step[]
}

/**
 * Restarts workers batch by batch without dropping a call. Each batch is marked `down` in the live upstream and nginx
 * reloaded, its calls are waited for, it is restarted and waited for until it is healthy and nginx's machine reaches it (a worker reads
 * at its start which address to listen on), and it is brought back in the same write that marks the next batch: N batches take N + 1
 * reloads. Where the rollout waits between batches, each comes back before that in a write of its own, so that none is kept from calls
 * while nothing is being done. The live file is changed only in those `server` lines, and the last write is the file as it was found.
 * Workers that do not run are started, and go first: they have no calls to lose, and once they serve, the others have more room.
 *
 * A worker that nginx has `down` and fleet.yaml does not was left out by a run that failed: it goes before all others, and comes
 * back as soon as it is healthy, so that the same command run again finishes the work. What fleet.yaml has `down` stays so.
 */
export function planRollout(
  situation: Situation,
  workers: readonly Worker[],
  spare: Spare,
  { total = workers.length, restarted = [] }: RolloutSoFar = {},
): Stretch {
  const { fleet, observed } = situation
  const servers = fleet.servers.filter(server => workers.some(worker => worker.server === server.name))
  const live = liveUpstream(fleet, observed)
  const possible = allOf(
    checkLoadBalancer(situation, 'needed'),
    checkServers(situation, servers),
    checkUnits(situation, workers),
  )
  if (possible.refusals.length > 0 || live.kind !== 'found') return { ...possible, steps: [] }

  const leftOut = workers.filter(worker => lineOf(live.lines, worker)?.down && !worker.line.down)
  const size = batchSize(fleet.rollout.batch, total)
  const batches = dealIntoBatches(inOrder(situation, workers, live.lines, leftOut), size)
  const checked = allOf(
    possible,
    checkSpare(situation, live.lines, batches, spare),
    checkRoom(situation, live.lines, batches),
    checkLines(workers, live.lines, leftOut),
    checkSilent(situation, workers),
  )
  if (checked.refusals.length > 0) return { ...checked, steps: [] }
  const back = withLines(situation, live, leftOut)
  const steps = [
    ...bringBackSteps(situation, live, back, leftOut, restarted),
    ...(leftOut.length > 0 && batches.length > 0 ? pauseSteps(fleet) : []),
    ...rolloutSteps(situation, back, batches),
  ]
  return { ...checked, steps }
}

/** All except those that an earlier run left out, which are not part of the service that the batches maintain. */
function inOrder({ observed }: Situation, workers: readonly Worker[], lines: LiveLines, leftOut: readonly Worker[]) {
  const serving = (worker: Worker) => isUp(lines, worker) && isHealthy(observed, worker)
  const others = workers.filter(worker => !leftOut.includes(worker))
  return [...others.filter(worker => !serving(worker)), ...others.filter(serving)]
}

function checkLines(workers: readonly Worker[], lines: LiveLines, leftOut: readonly Worker[]): Checked {
  const absent = workers.filter(worker => !lineOf(lines, worker))
  const down = workers.filter(worker => lineOf(lines, worker)?.down && !leftOut.includes(worker))
  return allOf(
    ...(absent.length > 0
      ? [
          warning(
            t(
              "nginx's upstream does not have {0}: restarted, but nginx sends no calls there until reload",
              nameWorkers(absent),
            ),
          ),
        ]
      : []),
    ...(down.length > 0
      ? [warning(t('fleet.yaml has {0} marked down: restarted, and left down', nameWorkers(down)))]
      : []),
    ...(leftOut.length > 0
      ? [
          warning(
            t(
              "nginx's upstream has {0} marked down but fleet.yaml does not: brought back when healthy. To keep it out of service, run drain",
              nameWorkers(leftOut),
            ),
          ),
        ]
      : []),
  )
}

type Live = { readonly text: string; readonly lines: LiveLines }

/** The live file with the lines of these workers as in fleet.yaml. */
function withLines({ fleet, upstreamBlock }: Situation, live: Live, workers: readonly Worker[]): Live {
  if (workers.length === 0) return live
  const addresses = new Set(workers.map(worker => worker.upstreamAddress))
  const text = graftLines(live.text, upstreamBlock, fleet.loadBalancer.upstream, addresses)
  return { text, lines: live.lines }
}

function bringBackSteps(
  situation: Situation,
  live: Live,
  back: Live,
  leftOut: readonly Worker[],
  restarted: readonly Worker[],
): readonly Step[] {
  if (leftOut.length === 0) return []
  const { fleet } = situation
  const already = leftOut.filter(worker => restarted.includes(worker))
  const still = leftOut.filter(worker => !restarted.includes(worker))
  return [
    ...(still.length > 0 ? restartSteps(situation, still) : []),
    ...(already.length > 0 ? [waitReady(fleet, already)] : []),
    ...waitReachable(fleet, leftOut),
    writeStep(fleet, live.text, back.text, [], leftOut),
  ]
}

function rolloutSteps(situation: Situation, live: Live, batches: readonly (readonly Worker[])[]): readonly Step[] {
  const { fleet } = situation
  const up = (worker: Worker) => isUp(live.lines, worker)
  const mark = downMarker(live.text, fleet.loadBalancer.upstream)
  let out: Out = { workers: [], text: live.text }
  const turnTo = (draining: readonly Worker[]): readonly Step[] => {
    const { workers: back, text: before } = out
    out = { workers: draining, text: mark(new Set(draining.map(worker => worker.upstreamAddress))) }
    return out.text === before ? [] : [writeStep(fleet, before, out.text, draining, back)]
  }
  const steps = batches.flatMap((batch, index) => {
    const between = [...(index > 0 ? pauseSteps(fleet) : []), ...waitForQuiet(situation, batch.filter(up))]
    const back = between.length > 0 ? turnTo([]) : []
    const drained = batch.filter(up)
    return [
      ...back,
      ...between,
      ...turnTo(drained),
      ...restartSteps(situation, batch),
      ...waitReachable(fleet, drained),
    ]
  })
  return [...steps, ...turnTo([])]
}

/** The workers that the file has marked down so far, and its text. */
interface Out {
  readonly workers: readonly Worker[]
  readonly text: string
}

function writeStep(
  { loadBalancer }: Fleet,
  before: string,
  text: string,
  draining: readonly Worker[],
  back: readonly Worker[],
): Step {
  const parts = [
    ...(back.length > 0 ? [t('bring back {0}', nameWorkers(back))] : []),
    ...(draining.length > 0 ? [t('drain {0}', nameWorkers(draining))] : []),
  ]
  const title = listOf(parts)
  return {
    kind: 'write-upstream',
    server: loadBalancer.machine.name,
    title: title.charAt(0).toUpperCase() + title.slice(1),
    file: loadBalancer.file,
    text,
    before,
    draining: draining.map(targetOf),
  }
}

/** Workers not taking calls now do not reduce capacity: no wait before them, and their absence may be why the fleet is busy. */
function waitForQuiet({ fleet, observed }: Situation, draining: readonly Worker[]): readonly Step[] {
  const { rollout, loadBalancer } = fleet
  if (rollout.maxActiveCalls === undefined || !draining.some(worker => isHealthy(observed, worker))) return []
  return [
    {
      kind: 'wait-calls-below',
      server: loadBalancer.machine.name,
      title: t('Wait until the fleet has no more than {0}', counted(rollout.maxActiveCalls, 'call')),
      calls: rollout.maxActiveCalls,
      timeoutSeconds: rollout.drain.timeoutSeconds,
    },
  ]
}

/** Waits for the calls of workers that get no new ones, restarts them, and waits until they are healthy. */
export function restartSteps({ fleet, observed }: Situation, batch: readonly Worker[]): readonly Step[] {
  const running = batch.filter(worker => isRunning(observed, worker))
  const { onTimeout } = fleet.rollout.drain
  const answering = running.filter(worker => isHealthy(observed, worker))
  const silent = running.filter(worker => !isHealthy(observed, worker))
  const restarts = batch.map(
    (worker): Step => ({
      kind: 'restart-worker',
      server: worker.server,
      title: isRunning(observed, worker)
        ? t('Restart {0}', nameWorkers([worker]))
        : t('Start {0}', nameWorkers([worker])),
      worker: targetOf(worker),
    }),
  )
  return [
    ...waitDrained(fleet, answering, onTimeout),
    ...waitDrained(fleet, silent, 'restart'),
    ...restarts,
    waitReady(fleet, batch),
  ]
}

/** Waits until workers have no calls, for as long as the rollout drains. No step for no workers. */
export function waitDrained(
  { rollout }: Fleet,
  workers: readonly Worker[],
  onTimeout: WaitDrainedStep['onTimeout'],
): readonly Step[] {
  if (workers.length === 0) return []
  return [
    {
      kind: 'wait-drained',
      server: serversOf(workers).join(', '),
      title:
        workers.length === 1
          ? t('Wait until {0} has no calls', nameWorkers(workers))
          : t('Wait until {0} have no calls', nameWorkers(workers)),
      workers: workers.map(targetOf),
      timeoutSeconds: rollout.drain.timeoutSeconds,
      onTimeout,
    },
  ]
}

/** Waits until workers are healthy as often in a row as the rollout requires. */
export function waitReady({ rollout }: Fleet, workers: readonly Worker[]): Step {
  return {
    kind: 'wait-ready',
    server: serversOf(workers).join(', '),
    title:
      workers.length === 1
        ? t('Wait until {0} is healthy', nameWorkers(workers))
        : t('Wait until {0} are healthy', nameWorkers(workers)),
    workers: workers.map(targetOf),
    timeoutSeconds: rollout.ready.timeoutSeconds,
    checks: rollout.ready.checks,
  }
}

function pauseSteps({ rollout, loadBalancer }: Fleet): readonly Step[] {
  if (rollout.pauseSeconds === 0) return []
  return [
    {
      kind: 'pause',
      server: loadBalancer.machine.name,
      title: t('Pause for {0} s', rollout.pauseSeconds),
      seconds: rollout.pauseSeconds,
    },
  ]
}
