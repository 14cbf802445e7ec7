// The extension in a real VS Code: mocha inside the extension host by @vscode/test-electron, and the packaged extension driven
// from outside as a person would. Screenshots go to out/screenshots. `node scripts/vscode-suite.mjs demo` runs one folder of the
// former with what npm run build made last.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runTests } from '@vscode/test-electron'
import { buildTests } from '../esbuild.mjs'
import { none, sum } from './count.mjs'
import { copyPackagedFiles } from './package.mjs'
import { isMain, root } from './paths.mjs'
import { twice } from './second-try.mjs'
import { chromiumPath } from './vscode/browser.mjs'
import { installVSCode, missingForInstall } from './vscode/install.mjs'

const hasDesktop = process.platform !== 'linux' || Boolean(process.env.DISPLAY)

/** Why no VS Code can be run here, or undefined. */
export function missingForVSCode() {
  if (hasDesktop) return undefined
  if (!chromiumPath()) return 'there is no desktop, and no chromium in its place (Debian: apt-get install chromium)'
  return missingForInstall()
}

/** Whether the stand-in for the desktop is used: it can also be looked at from outside. */
export const usesStandIn = () => !hasDesktop

/** Runs every folder of test/vscode/suite, or only some, in a VS Code of its own. Answers the counts of tests. */
export async function testInExtensionHost(only = []) {
  if (usesStandIn()) await installVSCode()
  rmSync(root('out/screenshots'), { recursive: true, force: true })
  mkdirSync(root('out/screenshots'), { recursive: true })
  const suites = readdirSync(root('test/vscode/suite'), { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .filter(({ name }) => only.length === 0 || only.includes(name))
  await buildTests(
    suites.map(({ name }) => `test/vscode/suite/${name}/index.ts`),
    'out/extension-host',
  )
  const counts = []
  for (const { name } of suites) {
    console.log(`\n▶ VS Code: ${name}`)
    counts.push(await twice(name, () => testFolder(name), await testFolder(name)))
  }
  return sum(...counts)
}

/** Runs one folder of tests on a copy of the fixture folder of the same name, with the extension as it is packed. */
async function testFolder(name) {
  const directory = mkdtempSync(join(tmpdir(), 'fleet-ops-workspace-'))
  const workspace = join(directory, name)
  const results = join(directory, 'results.json')
  cpSync(root('test/vscode/fixtures', name), workspace, { recursive: true })
  await copyPackagedFiles(join(directory, 'extension'))
  try {
    await runTests({
      ...(usesStandIn() ? { vscodeExecutablePath: root('test/vscode/rig/code.mjs') } : {}),
      extensionDevelopmentPath: join(directory, 'extension'),
      extensionTestsPath: root(`out/extension-host/test/vscode/suite/${name}/index.js`),
      launchArgs: [workspace, '--disable-workspace-trust', '--disable-extensions'],
      extensionTestsEnv: {
        FLEET_OPS_RESULTS: results,
        FLEET_OPS_FAILURE_PICTURE: root(`out/screenshots/failed-${name}.png`),
      },
    })
  } catch (error) {
    // Failed tests are in the results. What else goes wrong is not.
    if (!existsSync(results)) console.error(error)
  }
  const { ended, ...count } = existsSync(results)
    ? JSON.parse(readFileSync(results, 'utf8'))
    : { ...none, ended: false }
  rmSync(directory, { recursive: true, force: true })
  // Tests that did not come to their end are a failure, however many passed before.
  return ended ? count : { ...count, failed: count.failed + 1 }
}

if (isMain(import.meta.url)) console.log(await testInExtensionHost(process.argv.slice(2)))
