// What npm test runs, as a list. A suite that cannot run on this machine is counted as skipped and says what it would need;
// with FLEET_OPS_TEST_EVERYTHING=1, as in .ci/run, that is a failure instead.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { buildTests } from '../esbuild.mjs'
import { checkBudgets } from './budgets.mjs'
import { buildAll } from './build.mjs'
import { missingForLab, onLab } from './lab-suite.mjs'
import { root } from './paths.mjs'
import { runTestFiles } from './run-test-files.mjs'
import { missingForVSCode, testInExtensionHost, usesStandIn } from './vscode-suite.mjs'

const testFiles = (folder, except) =>
  existsSync(root(folder))
    ? readdirSync(root(folder), { recursive: true })
        .map(name => `${folder}/${name}`)
        .filter(name => name.endsWith('.test.ts') && !(except && name.startsWith(`${except}/`)))
    : []

/** Runs the tests of a folder, without those of the folder `except` in it. */
async function nodeTests(folder, { except, ...options }) {
  const sources = testFiles(folder, except)
  rmSync(root('out', folder), { recursive: true, force: true })
  await buildTests(sources)
  const bundled = sources.map(source => root('out', source.replace(/\.ts$/, '.js')))
  return runTestFiles(bundled, options)
}

/** One command that must succeed, counted as one test. */
function command(name, args) {
  console.log(`\n▶ ${name} ${args.join(' ')}`)
  const { status } = spawnSync(process.execPath, [root('node_modules/.bin', name), ...args], {
    cwd: root(),
    stdio: 'inherit',
  })
  return { passed: Number(status === 0), failed: Number(status !== 0), skipped: 0 }
}

async function testInVSCode() {
  const inside = await testInExtensionHost()
  if (!usesStandIn()) return inside
  // Two at a time: they mostly wait, for simulated calls to end.
  const outside = await nodeTests('test/vscode', { except: 'test/vscode/suite', concurrency: 2, timeout: 180_000 })
  console.log(`\nPictures of what was to be seen are in ${root('out/screenshots')}`)
  return sum(inside, outside)
}

const sum = (...counts) =>
  Object.fromEntries(
    ['passed', 'failed', 'skipped'].map(key => [key, counts.reduce((total, count) => total + count[key], 0)]),
  )

const suites = [
  { name: 'types', run: () => command('tsc', ['--noEmit']) },
  { name: 'lint', run: () => command('biome', ['check', '.']) },
  { name: 'unit', run: () => nodeTests('test/unit', { concurrency: 2, timeout: 60_000 }) },
  {
    name: 'lab',
    missing: missingForLab,
    run: () =>
      onLab(signal => nodeTests('test/lab', { except: 'test/lab/faults', concurrency: 1, timeout: 120_000, signal })),
  },
  {
    // Forty faults, each with its own hosts, take ten minutes: npm run test:faults, and not part of npm test.
    name: 'faults',
    onlyWhenNamed: true,
    missing: missingForLab,
    run: () => onLab(signal => nodeTests('test/lab/faults', { concurrency: 1, timeout: 1_200_000, signal })),
  },
  { name: 'budgets', run: checkBudgets },
  { name: 'vscode', missing: missingForVSCode, run: testInVSCode },
]

/**
 * Runs the named suites, or all but those that run only when named, and prints `N passed, N failed, N skipped` last.
 * @param {string[]} names
 * @returns {Promise<boolean>} whether nothing failed and something ran
 */
export async function runSuites(names) {
  const unknown = names.filter(name => !suites.some(suite => suite.name === name))
  if (unknown.length > 0)
    throw new Error(`no suite ${unknown.join(', ')}; there are ${suites.map(suite => suite.name).join(', ')}`)
  await buildAll()
  const everything = process.env.FLEET_OPS_TEST_EVERYTHING === '1'
  const total = { passed: 0, failed: 0, skipped: 0 }
  for (const suite of suites.filter(({ name, onlyWhenNamed }) =>
    names.length === 0 ? !onlyWhenNamed : names.includes(name),
  )) {
    const missing = suite.missing?.()
    const count = missing ? { passed: 0, failed: Number(everything), skipped: Number(!everything) } : await suite.run()
    if (missing)
      console.log(
        `\n${everything ? '✖' : '﹣'} suite ${suite.name} ${everything ? 'cannot run' : 'skipped'}: ${missing}`,
      )
    for (const key of Object.keys(total)) total[key] += count[key]
  }
  console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
  return total.failed === 0 && total.passed > 0
}
