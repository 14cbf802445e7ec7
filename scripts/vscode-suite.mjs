// The extension in a real VS Code: mocha inside the extension host by @vscode/test-electron, and the packaged extension driven
// from outside as a person would. Screenshots go to out/screenshots.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runTests } from '@vscode/test-electron'
import { buildTests } from '../esbuild.mjs'
import { root } from './paths.mjs'
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

/** Runs test/vscode/suite in the extension host. Answers the counts of tests. */
export async function testInExtensionHost() {
  if (!existsSync(root('test/vscode/suite/index.ts'))) return { passed: 0, failed: 0, skipped: 0 }
  if (usesStandIn()) await installVSCode()
  mkdirSync(root('out/screenshots'), { recursive: true })
  const sources = readdirSync(root('test/vscode/suite'), { recursive: true }).filter(name => name.endsWith('.ts'))
  await buildTests(sources.map(name => `test/vscode/suite/${name}`))
  const workspace = mkdtempSync(join(tmpdir(), 'fleet-ops-workspace-'))
  const results = root('out/vscode-results.json')
  rmSync(results, { force: true })
  try {
    await runTests({
      ...(usesStandIn() ? { vscodeExecutablePath: root('test/vscode/rig/code.mjs') } : {}),
      extensionDevelopmentPath: root(),
      extensionTestsPath: root('out/test/vscode/suite/index.js'),
      launchArgs: [workspace, '--disable-workspace-trust', '--disable-extensions'],
      extensionTestsEnv: { FLEET_OPS_RESULTS: results },
    })
  } catch (error) {
    if (!existsSync(results)) return { passed: 0, failed: 1, skipped: 0, reason: console.error(error) }
  } finally {
    rmSync(workspace, { recursive: true, force: true })
  }
  return JSON.parse(readFileSync(results, 'utf8'))
}
