// Runs bundled test files with Node's own test runner, prints what it says, and counts.
import { finished } from 'node:stream/promises'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'

/**
 * Runs test files, each in a process of its own.
 * @param {string[]} files absolute paths of JavaScript files
 * @param {{ concurrency: number, timeout: number, signal?: AbortSignal }} options timeout in milliseconds for each test;
 *   `signal` ends them
 * @returns {Promise<{ passed: number, failed: number, skipped: number }>} tests, not suites
 */
export async function runTestFiles(files, { concurrency, timeout, signal }) {
  const count = { passed: 0, failed: 0, skipped: 0 }
  const stream = run({ files, concurrency, timeout, signal })
  const isTest = data => data.details?.type !== 'suite'
  stream.on('test:pass', data => {
    if (isTest(data)) count[data.skip === undefined && data.todo === undefined ? 'passed' : 'skipped']++
  })
  stream.on('test:fail', data => {
    if (isTest(data)) count.failed++
  })
  const report = stream.compose(new spec())
  report.pipe(process.stdout, { end: false })
  await finished(report)
  return count
}
