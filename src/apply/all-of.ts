/** What all of them resolve to. Throws the first's error, but only once none is under way any more. */
export async function allOf<Result>(works: readonly Promise<Result>[]): Promise<readonly Result[]> {
  await Promise.allSettled(works)
  return Promise.all(works)
}
