import type { Rollout } from './fleet'

/**
 * How many of `total` workers a rollout restarts at a time: at least 1. A percentage is rounded down, as Kubernetes rounds
 * maxUnavailable down, so that never more than the operator allowed are out of service.
 */
export function batchSize(batch: Rollout['batch'], total: number): number {
  const size = batch.kind === 'count' ? batch.count : Math.floor((total * batch.percent) / 100)
  return Math.max(1, Math.min(size, total))
}
