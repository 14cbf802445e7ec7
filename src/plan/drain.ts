import { t } from '@vscode/l10n'
import { editInTurn } from '../fleet/edit-in-turn'
import { markWorkerDown } from '../fleet/edits'
import type { Worker } from '../fleet/fleet'
import { markDown } from '../nginx/mark-down'
import { allOf, type Checked, checkLoadBalancer, checkServers, type SilenceWords, warnOfSilent } from './checks'
import { checkRoomWithout } from './leaving'
import { isUp, type LiveLines, liveUpstream } from './live-upstream'
import { isHealthy, observedWorker } from './observed-worker'
import type { Operation, Situation } from './operation'
import type { Step } from './plan'
import { waitDrained } from './rollout'
import { serverNamed, workersMeant } from './select'
import { checkSpare } from './spare'
import { nameWorkers } from './worker-names'

/**
 * Takes workers out of service and keeps them out: marked down in fleet.yaml, so that no later reload undoes it, and in
 * nginx, which sends them no new calls. Their calls are waited for, and they keep running.
 */
export const drain: Operation = {
  name: 'drain',
  title: () => t('Drain…'),
  icon: 'debug-pause',
  danger: 'disruptive',
  offeredOn: ['server', 'worker'],
  inputs: [
    { name: 'server', required: true, prompt: () => t('The server whose workers to take out of service') },
    {
      name: 'worker',
      required: false,
      prompt: () => t('The worker to take out of service; all of the server if none is given'),
    },
  ],
  edit: (document, fleet, given) =>
    editInTurn(
      document,
      workersMeant(fleet, given)
        .filter(worker => !worker.line.down)
        .map(worker => now => markWorkerDown(now, worker.server, worker.id)),
    ),
  plan: (situation, given) => {
    const { fleet } = situation
    const workers = workersMeant(fleet, given)
    const live = liveUpstream(fleet, situation.observed)
    const checked = allOf(
      checkLoadBalancer(situation, 'needed'),
      checkServers(situation, [serverNamed(fleet, given.server)]),
      live.kind === 'found' ? checkSpare(situation, live.lines, [workers], 'required') : allOf(),
      live.kind === 'found' ? checkRoom(situation, live.lines, workers) : allOf(),
      warnOfSilent(situation, workers, countsAsDrained),
    )
    return {
      operation: 'drain',
      fleet: fleet.name,
      title: t('Drain {0}', nameWorkers(workers)),
      steps: checked.refusals.length > 0 ? [] : drainSteps(situation, workers),
      ...checked,
    }
  },
}

function drainSteps({ fleet, observed }: Situation, workers: readonly Worker[]): readonly Step[] {
  const live = liveUpstream(fleet, observed)
  if (live.kind !== 'found') return []
  const { machine, upstream, file } = fleet.loadBalancer
  const text = markDown(live.text, upstream, new Set(workers.map(worker => worker.upstreamAddress)))
  const title = t('Mark {0} down', nameWorkers(workers))
  const write: readonly Step[] =
    text === live.text
      ? []
      : [{ kind: 'write-upstream', server: machine.name, title, file, text, before: live.text, draining: [] }]
  const busy = workers.filter(worker => {
    const health = observedWorker(observed, worker)?.health
    return isHealthy(observed, worker) && !(health?.kind === 'ok' && health.calls === 0 && write.length === 0)
  })
  return [...write, ...waitDrained(fleet, busy, 'stay')]
}

/** Workers that nginx sends no calls now do not reduce capacity. */
function checkRoom({ fleet, observed }: Situation, lines: LiveLines, workers: readonly Worker[]): Checked {
  const isServing = (worker: Worker) => isUp(lines, worker) && isHealthy(observed, worker)
  if (!workers.some(isServing)) return allOf()
  const staying = fleet.servers.flatMap(server => server.workers).filter(worker => !workers.includes(worker))
  return checkRoomWithout({ fleet, observed }, workers, staying.filter(isServing))
}

/** Waiting for a worker that does not answer would never end: it counts as drained when nginx sends it no new calls. */
const countsAsDrained: SilenceWords = {
  one: (name, health) =>
    t(
      '{0} is running but not answering {1}, so its calls cannot be seen to end: it counts as drained once nginx sends it no new calls, and calls may continue',
      name,
      health,
    ),
  several: (names, health) =>
    t(
      '{0} are running but not answering {1}, so their calls cannot be seen to end: they count as drained once nginx sends them no new calls, and calls may continue',
      names,
      health,
    ),
}
