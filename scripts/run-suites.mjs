// Runs suites, each in a process of its own: lanes side by side, since real hosts and a real VS Code mostly wait.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { buildAll } from './build.mjs'
import { none, one, sum } from './count.mjs'
import { root } from './paths.mjs'
import { suites } from './test-suites.mjs'

/**
 * Runs the named suites, or all but those that run only when named, and prints `N passed, N failed, N skipped` last. A suite that
 * cannot run on this machine is counted as skipped and says what it would need; with FLEET_OPS_TEST_EVERYTHING=1, as in .ci/run,
 * that is a failure instead.
 * @param {readonly string[]} names
 * @returns {Promise<boolean>} whether nothing failed and something ran
 */
export async function runSuites(names) {
  const unknown = names.filter(name => !suites.some(suite => suite.name === name))
  if (unknown.length > 0)
    throw new Error(`no suite ${unknown.join(', ')}; there are ${suites.map(suite => suite.name).join(', ')}`)
  const chosen = suites.filter(({ name, onlyWhenNamed }) =>
    names.length === 0 ? !onlyWhenNamed : names.includes(name),
  )
  await buildAll()
  const lanes = [...new Set(chosen.map(suite => suite.lane))]
  const counts = await Promise.all(
    lanes.map((lane, index) =>
      runLane(
        chosen.filter(suite => suite.lane === lane),
        index === 0 ? 'as it comes' : 'at its end',
      ),
    ),
  )
  const total = sum(...counts)
  console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
  return total.failed === 0 && total.passed > 0
}

async function runLane(lane, printed) {
  let total = none
  for (const suite of lane) {
    const missing = suite.missing?.()
    total = sum(total, missing ? unable(suite, missing) : await runApart(suite, printed))
  }
  return total
}

function unable({ name }, missing) {
  const isFailure = process.env.FLEET_OPS_TEST_EVERYTHING === '1'
  console.log(`\n${isFailure ? '✖' : '﹣'} suite ${name} ${isFailure ? 'cannot run' : 'skipped'}: ${missing}`)
  return isFailure ? one(false) : { ...none, skipped: 1 }
}

async function runApart({ name }, printed) {
  const began = performance.now()
  const results = root(`out/count-${process.pid}-${name}.json`)
  mkdirSync(root('out'), { recursive: true })
  const child = spawn(process.execPath, [root('scripts/run-suite.mjs'), name, results], {
    stdio: ['ignore', printed === 'as it comes' ? 'inherit' : 'pipe', 'inherit'],
  })
  // Ctrl-C reaches it by itself; what else ends this process ends it too, so that it can take its hosts down.
  const end = signal => child.kill(signal)
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, end)
  const said = child.stdout ? text(child.stdout) : undefined
  await once(child, 'close')
  for (const signal of ['SIGTERM', 'SIGHUP']) process.off(signal, end)
  if (said) process.stdout.write(await said)
  console.log(`\n■ suite ${name}: ${Math.round((performance.now() - began) / 1000)} s`)
  try {
    return JSON.parse(readFileSync(results, 'utf8'))
  } catch {
    // It did not come to its end: a failure, however many of its tests passed before.
    return one(false)
  } finally {
    rmSync(results, { force: true })
  }
}
