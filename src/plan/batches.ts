/**
 * Deals items into batches of at most `size`, as cards are dealt. Neighbours of the list land in different batches: workers
 * listed by server are taken from different servers at a time, so that no server loses more of its workers than it must.
 */
export function dealIntoBatches<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const count = Math.ceil(items.length / size)
  return Array.from({ length: count }, (_, batch) => items.filter((_, index) => index % count === batch))
}
