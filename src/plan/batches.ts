import type { Rollout } from '../fleet/fleet'

/**
 * How many of `total` a rollout takes at a time: at least 1. A percentage is rounded down, as Kubernetes rounds
 * maxUnavailable down, so that never more than the operator allowed are out of service.
 */
export function batchSize(batch: Rollout['batch'], total: number): number {
  const size = batch.kind === 'count' ? batch.count : Math.floor((total * batch.percent) / 100)
  return Math.max(1, Math.min(size, total))
}

/**
 * Deals items into batches of at most `size`, as cards are dealt. Neighbours of the list land in different batches: workers
 * listed by server are taken from different servers at a time, so that no server loses more of its workers than it must.
 */
export function dealIntoBatches<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const count = Math.ceil(items.length / size)
  return Array.from({ length: count }, (_, batch) => items.filter((_, index) => index % count === batch))
}
