// How many tests passed, failed and were skipped.

/** @typedef {{ passed: number, failed: number, skipped: number }} Count */

/** @type {Count} */
export const none = { passed: 0, failed: 0, skipped: 0 }

/** @param {...Count} counts @returns {Count} */
export const sum = (...counts) =>
  counts.reduce(
    (total, { passed, failed, skipped }) => ({
      passed: total.passed + passed,
      failed: total.failed + failed,
      skipped: total.skipped + skipped,
    }),
    none,
  )

/** One check as a test. @returns {Count} */
export const one = passed => ({ ...none, passed: Number(passed), failed: Number(!passed) })
