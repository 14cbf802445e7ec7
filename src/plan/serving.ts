import { t } from '@vscode/l10n'
import type { Worker } from '../fleet/fleet'
import { normalAddress } from '../nginx/address'
import type { UpstreamServer } from '../nginx/read-upstream'
import { allOf, type Checked, refusal, warning } from './checks'
import { leavingWorkers } from './leaving'
import { lineOf, linesOf, liveUpstream } from './live-upstream'
import { isHealthy, isRunning } from './observed-worker'
import type { Situation } from './operation'
import type { Step } from './plan'
import { nameWorkers } from './worker-names'

/**
 * Whether some worker takes calls after every write of the upstream: one whose line is up, and that answers or has been waited for by
 * then. A write that leaves none is refused if some worker took calls before it. `checkSpare` checks what a rollout takes out for a while.
 *
 * A `backup` alone does not count: nginx rejects a block of nothing else, and fleet.yaml may not say so either. A line of no known
 * worker may well take calls: it counts if the write removes it.
 */
export function checkServing(situation: Situation, steps: readonly Step[]): Checked {
  const { fleet, observed } = situation
  const live = liveUpstream(fleet, observed)
  if (live.kind !== 'found') return allOf()
  const own = fleet.servers.flatMap(server => server.workers)
  const known = byAddress([...own, ...fleet.servers.flatMap(server => leavingWorkers(situation, server))])
  const awaited = new Set<string>()
  // A worker that runs but is silent, and that nginx never sent a call, may listen elsewhere than fleet.yaml says: then no wait helps.
  const mayCome = (worker: Worker) => !isRunning(observed, worker) || lineOf(live.lines, worker) !== undefined
  const answers = (worker: Worker) =>
    isHealthy(observed, worker) || (awaited.has(nameWorkers([worker])) && mayCome(worker))
  for (const step of steps) {
    if (step.kind === 'wait-ready') for (const target of step.workers) awaited.add(nameWorkers([target]))
    if (step.kind !== 'write-upstream' || step.draining.length > 0) continue
    const lines = linesOf(step.text, fleet.loadBalancer.upstream) ?? new Map()
    const before = [...live.lines].filter(([address, line]) => {
      const worker = known.get(address)
      return isUsed(line) && (worker ? answers(worker) : !lines.has(address))
    })
    const up = own.filter(worker => isUsed(lineOf(lines, worker)))
    if (before.length > 0 && !up.some(answers)) return nobodyLeft(situation, up, before.length)
  }
  return allOf()
}

const isUsed = (line: UpstreamServer | undefined) => line !== undefined && !line.down && !line.backup

const byAddress = (workers: readonly Worker[]): ReadonlyMap<string, Worker> =>
  new Map(workers.map(worker => [normalAddress(worker.upstreamAddress), worker]))

function nobodyLeft({ fleet }: Situation, up: readonly Worker[], before: number): Checked {
  const what =
    before === 1
      ? t('nginx would have no working worker left ({0} is in use now): every new call would be refused', before)
      : t('nginx would have no working worker left ({0} are in use now): every new call would be refused', before)
  const [first] = up
  if (first === undefined)
    return refusal(
      t('{0}. No line of {1} for a worker would be up', what, fleet.loadBalancer.upstream),
      t('check the output of fleet-ops render, and correct fleet.yaml or its template'),
    )
  return refusal(
    up.length === 1
      ? t('{0}. {1} does not answer', what, nameWorkers(up))
      : t('{0}. {1} do not answer', what, nameWorkers(up)),
    t(
      'if fleet.yaml has the wrong port, socket or address, correct it; otherwise bring one back first: restart --server {0} --worker {1}',
      first.server,
      first.id,
    ),
  )
}

/**
 * Those of these workers that have no line in the block rendered from fleet.yaml: the fleet's own template may have forgotten
 * some. One that is down may be left out, because nginx does the same then.
 */
function unrendered({ fleet, upstreamBlock }: Situation, workers: readonly Worker[]): readonly Worker[] {
  const lines = linesOf(upstreamBlock, fleet.loadBalancer.upstream) ?? new Map()
  return workers.filter(worker => !worker.line.down && !lineOf(lines, worker))
}

/**
 * Whether the fleet's own template has a line for each of these workers. A missing line is refused if the operation is about that worker;
 * otherwise it is a warning.
 */
export function checkRendered(
  situation: Situation,
  workers: readonly Worker[],
  without: 'refused' | 'warned-about',
): Checked {
  const missing = unrendered(situation, workers)
  if (missing.length === 0) return allOf()
  const template = situation.fleet.loadBalancer.template ?? t('the upstream rendered from fleet.yaml')
  const what = t('{0} has no line for {1}, so nginx sends no call there', template, nameWorkers(missing))
  const remedy = t('let it render every worker of the fleet')
  return without === 'refused' ? refusal(what, t('{0}, then run this again', remedy)) : warning(`${what}: ${remedy}`)
}
