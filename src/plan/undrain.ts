import { t } from '@vscode/l10n'
import { editInTurn } from '../fleet/edit-in-turn'
import { unmarkWorkerDown } from '../fleet/edits'
import { allOf, checkLoadBalancer, checkServers, checkUnits } from './checks'
import { isUp, liveUpstream } from './live-upstream'
import type { Operation } from './operation'
import type { Step } from './plan'
import { serverNamed, workersMeant } from './select'
import { checkRendered, checkServing } from './serving'
import { startWorkers } from './start-workers'
import { waitReachable } from './wait-reachable'
import { nameWorkers } from './worker-names'
import { writeLines } from './write-upstream'

/** Takes drained workers back into service, in fleet.yaml and in nginx, when they run and answer. */
export const undrain: Operation = {
  name: 'undrain',
  title: () => t('Undrain…'),
  icon: 'debug-continue',
  danger: 'safe',
  offeredOn: ['server', 'worker'],
  inputs: [
    { name: 'server', required: true, prompt: () => t('The server whose workers to take back into service') },
    {
      name: 'worker',
      required: false,
      prompt: () => t('The worker to take back into service; all of the server if none is given'),
    },
  ],
  edit: (document, fleet, given) =>
    editInTurn(
      document,
      workersMeant(fleet, given)
        .filter(worker => worker.line.down)
        .map(worker => now => unmarkWorkerDown(now, worker.server, worker.id)),
    ),
  plan: (situation, given) => {
    const { fleet, observed } = situation
    const workers = workersMeant(fleet, given)
    const live = liveUpstream(fleet, observed)
    const out = workers.filter(worker => live.kind === 'found' && !isUp(live.lines, worker))
    const title = t('Undrain {0}', nameWorkers(workers))
    const steps: readonly Step[] =
      out.length === 0
        ? []
        : [
            ...startWorkers(situation, out, out),
            ...waitReachable(fleet, out),
            ...writeLines(situation, t('Bring back {0}', nameWorkers(out)), out),
          ]
    const checked = allOf(
      checkLoadBalancer(situation, 'needed'),
      checkServers(situation, [serverNamed(fleet, given.server)]),
      checkUnits(situation, out),
      checkRendered(situation, out, 'refused'),
      checkServing(situation, steps),
    )
    return {
      operation: 'undrain',
      fleet: fleet.name,
      title,
      steps: checked.refusals.length > 0 ? [] : steps,
      ...checked,
    }
  },
}
