import { t } from '@vscode/l10n'
import type { Drift } from '../drift'
import type { Situation } from '../operation'

/** nginx itself: whether it runs, has loaded its file, and may try every worker for a call start. */
export function loadBalancerDrift({ fleet, observed }: Situation): readonly Drift[] {
  const live = observed.loadBalancer
  if (!live.reachable) return []
  const { name } = fleet.loadBalancer.machine
  if (!live.nginxActive) return [{ message: t('nginx is not running on {0}', name) }]
  const unloaded: readonly Drift[] = live.unloaded
    ? [
        {
          message: t(
            'nginx on {0} has not loaded the upstream that was restored after an interrupted run: nginx -t there says why',
            name,
          ),
          mend: { operation: 'reload', given: {} },
        },
      ]
    : []
  const tries = live.proxyNextUpstreamTries
  const workers = fleet.servers.reduce((sum, server) => sum + server.workers.length, 0)
  if (tries === undefined || tries >= workers) return unloaded
  return [
    ...unloaded,
    {
      message: t(
        'nginx on {0} tries to start a call on at most {1} workers (proxy_next_upstream_tries), and the fleet has {2}: a call may be refused while a worker is free. Set it to {2}',
        name,
        tries,
        workers,
      ),
    },
  ]
}
