// Runs bundled test files with Node's own test runner, each in a process of its own, prints what it says, and counts.

import { text } from 'node:stream/consumers'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { none, sum } from './count.mjs'
import { twice } from './second-try.mjs'

/**
 * Runs test files, some of them side by side, and prints what each said when it has ended.
 * @param {string[]} files absolute paths of JavaScript files
 * @param {{ concurrency: number, timeout: number, signal?: AbortSignal }} options timeout in milliseconds for each file;
 *   `signal` ends them
 * @returns {Promise<import('./count.mjs').Count>} tests, not suites
 */
export async function runTestFiles(files, { concurrency, ...options }) {
  const waiting = [...files]
  const counts = []
  const failed = []
  const work = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const count = await runTestFile(file, options)
      if (count.failed > 0) failed.push({ file, count })
      else counts.push(count)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  // Alone, when everything else has ended.
  for (const { file, count } of failed)
    counts.push(await twice(file, () => runTestFile(file, options), count, options.signal))
  return sum(...counts)
}

async function runTestFile(file, { timeout, signal }) {
  const count = { ...none }
  const stream = run({ files: [file], concurrency: 1, timeout, signal })
  const isTest = data => data.details?.type !== 'suite'
  stream.on('test:pass', data => {
    if (isTest(data)) count[data.skip === undefined && data.todo === undefined ? 'passed' : 'skipped']++
  })
  stream.on('test:fail', data => {
    if (isTest(data)) count.failed++
  })
  process.stdout.write(await text(stream.compose(new spec())))
  return count
}
