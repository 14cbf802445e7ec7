// What npm test runs, as a list.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { buildTests } from '../esbuild.mjs'
import { checkBudgets } from './budgets.mjs'
import { one, sum } from './count.mjs'
import { missingForAnsible, missingForLab, onLab } from './lab-suite.mjs'
import { root } from './paths.mjs'
import { runTestFiles } from './run-test-files.mjs'
import { missingForVSCode, testInExtensionHost, usesStandIn } from './vscode-suite.mjs'

/**
 * @typedef {object} Suite
 * @property {string} name
 * @property {'here' | 'lab' | 'vscode'} lane suites of one lane run one after another, the lanes side by side
 * @property {boolean} [onlyWhenNamed] not part of a plain npm test
 * @property {() => string | undefined} [missing] what this machine lacks for it, in words
 * @property {() => import('./count.mjs').Count | Promise<import('./count.mjs').Count>} run
 */

const testFiles = (folder, except) =>
  existsSync(root(folder))
    ? readdirSync(root(folder), { recursive: true })
        .map(name => `${folder}/${name}`)
        .filter(name => name.endsWith('.test.ts') && !except.some(other => name.startsWith(`${other}/`)))
    : []

/** Runs the tests of a folder, without those of the folders `except` in it, and those of the folder `first` before the others. */
async function nodeTests(folder, { except = [], first = folder, ...options }) {
  const isFirst = name => name.startsWith(`${first}/`)
  const sources = testFiles(folder, except).toSorted((one, other) => isFirst(other) - isFirst(one))
  const output = `out/${folder.replaceAll('/', '-')}`
  rmSync(root(output), { recursive: true, force: true })
  await buildTests(sources, output)
  return runTestFiles(
    sources.map(source => root(output, source.replace(/\.ts$/, '.js'))),
    options,
  )
}

/** One command that must succeed, counted as one test. */
function command(name, args) {
  console.log(`\n▶ ${name} ${args.join(' ')}`)
  const { status } = spawnSync(process.execPath, [root('node_modules/.bin', name), ...args], {
    cwd: root(),
    stdio: 'inherit',
  })
  return one(status === 0)
}

async function testInVSCode() {
  const inside = await testInExtensionHost()
  if (!usesStandIn()) return inside
  // Three at a time: they mostly wait, for simulated calls to end. Those that take longest begin first.
  const options = { except: ['test/vscode/suite'], first: 'test/vscode/ui', concurrency: 3, timeout: 300_000 }
  const outside = await nodeTests('test/vscode', options)
  console.log(`\nPictures of what was to be seen are in ${root('out/screenshots')}`)
  return sum(inside, outside)
}

/**
 * The folders of test/lab that run only when they are named: many cases, each with its own hosts, of many minutes together. The
 * faults come as two files, for two labs beside each other.
 */
const longLabSuites = {
  adopt: {},
  ansible: { missing: missingForAnsible },
  faults: { concurrency: 2 },
  fleets: {},
  runbook: {},
  servers: {},
  soak: {},
}

const labTests = (folder, options) => () =>
  onLab(signal => nodeTests(folder, { concurrency: 1, timeout: 300_000, signal, ...options }))

const shortLabTests = labTests('test/lab', { except: Object.keys(longLabSuites).map(name => `test/lab/${name}`) })

/** @type {readonly Suite[]} */
export const suites = [
  { name: 'types', lane: 'here', run: () => command('tsc', ['--noEmit']) },
  { name: 'lint', lane: 'here', run: () => command('biome', ['check', '.']) },
  { name: 'unit', lane: 'here', run: () => nodeTests('test/unit', { concurrency: 2, timeout: 300_000 }) },
  { name: 'budgets', lane: 'here', run: checkBudgets },
  { name: 'lab', lane: 'lab', missing: missingForLab, run: shortLabTests },
  {
    name: 'lab:openssh',
    lane: 'lab',
    onlyWhenNamed: true,
    missing: missingForLab,
    run() {
      // Whatever makes connections in the tests, and what they start, reads it (src/remote/client-choice.ts).
      process.env.FLEET_OPS_SSH_CLIENT = 'openssh'
      return shortLabTests()
    },
  },
  { name: 'vscode', lane: 'vscode', missing: missingForVSCode, run: testInVSCode },
  ...Object.entries(longLabSuites).map(([name, { missing = missingForLab, ...options }]) => ({
    name,
    lane: 'lab',
    onlyWhenNamed: true,
    missing,
    run: labTests(`test/lab/${name}`, { timeout: 3_600_000, ...options }),
  })),
]
