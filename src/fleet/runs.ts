/** Numbers that follow each other, from the first to the last. */
export type Run = readonly [first: number, last: number]

/** Numbers as ascending runs: 4, 1, 2 is 1 to 2, and 4 to 4. */
export function runsOf(numbers: readonly number[]): readonly Run[] {
  const runs: [number, number][] = []
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const run = runs.at(-1)
    if (run?.[1] === number - 1) run[1] = number
    else runs.push([number, number])
  }
  return runs
}
