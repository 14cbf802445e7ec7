/**
 * Deals items into batches of at most `size`, as cards are dealt. Neighbours in the list land in different batches: of workers
 * listed by server, each batch takes some from different servers, so that no server loses more workers at a time than it must.
 */
export function dealIntoBatches<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const count = Math.ceil(items.length / size)
  return Array.from({ length: count }, (_, batch) => items.filter((_, index) => index % count === batch))
}
