import { t } from '@vscode/l10n'
import { isBehindNetwork } from '../fleet/across-network'
import type { Fleet, Worker } from '../fleet/fleet'
import type { Step } from './plan'
import { targetOf } from './target'
import { nameWorkers } from './worker-names'

/** They are healthy by then, so one that is not reached is rarely just late; the health of a worker in calls may take 6 s (DESIGN §12). */
const mostSeconds = 15

/**
 * Waits until nginx's machine reaches workers that nginx is about to send calls to, at the addresses that it will use: their own health
 * says nothing about that. No step for those of nginx's own server, and none for sockets.
 */
export function waitReachable(fleet: Fleet, joining: readonly Worker[]): readonly Step[] {
  const { machine } = fleet.loadBalancer
  const workers = joining.filter(worker => isBehindNetwork(fleet, worker))
  if (workers.length === 0) return []
  return [
    {
      kind: 'wait-reachable',
      server: machine.name,
      title: t('Wait until {0} reaches {1}', machine.name, nameWorkers(workers)),
      workers: workers.map(targetOf),
      timeoutSeconds: Math.min(mostSeconds, fleet.rollout.ready.timeoutSeconds),
    },
  ]
}
