import { stringify } from 'yaml'
import { batchSize } from '../../fleet/batch-size'
import type { Fleet } from '../../fleet/fleet'

/** What the playbooks go by: names, paths and the rollout, in seconds and numbers. Each can be set for one run with `-e`. */
export function groupVariables({ name, loadBalancer, servers, rollout }: Fleet): string {
  const workers = servers.reduce((sum, server) => sum + server.workers.length, 0)
  return stringify({
    fleet: name,
    upstream_name: loadBalancer.upstream,
    upstream_file: loadBalancer.file,
    batch: batchSize(rollout.batch, workers),
    drain_timeout: rollout.drain.timeoutSeconds,
    drain_on_timeout: rollout.drain.onTimeout,
    ready_timeout: rollout.ready.timeoutSeconds,
    ready_checks: rollout.ready.checks,
    pause_seconds: rollout.pauseSeconds,
    ...(rollout.maxActiveCalls === undefined ? {} : { max_active_calls: rollout.maxActiveCalls }),
  })
}
