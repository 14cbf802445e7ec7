// Real hosts and a real VS Code on a busy machine now and then answer too late. In CI what failed is tried once more, alone; what
// passes then is unsteady, which is a fault to be mended and is named as one, but no reason to refuse everything else.

const isWanted = process.env.FLEET_OPS_TEST_SECOND_TRY === '1'

/**
 * Tries again what has failed, where that is wanted.
 * @param {string} what a file or a folder of tests, for the words
 * @param {() => Promise<import('./count.mjs').Count>} attempt
 * @param {import('./count.mjs').Count} first what the first attempt counted
 * @param {AbortSignal} [signal] nothing is tried again after it
 * @returns {Promise<import('./count.mjs').Count>} the count that holds
 */
export async function twice(what, attempt, first, signal) {
  if (!isWanted || first.failed === 0 || signal?.aborted) return first
  console.log(`\n↻ ${what} failed, and is tried once more`)
  const second = await attempt()
  if (second.failed === 0) console.log(`\n⚠ unsteady: ${what} failed first and passed then`)
  return second
}
