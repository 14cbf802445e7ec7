// npm run demo: the extension at work on its embedded demo fleet, in VS Code. Nothing of the user's own VS Code is touched.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildAll } from './build.mjs'
import { root } from './paths.mjs'

const began = Date.now()
await buildAll()
const { find, installVSCode, missingForInstall } = await import('./vscode/install.mjs')
const directory = mkdtempSync(join(tmpdir(), 'fleet-ops-demo-'))
const remove = () => rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
const folder = join(directory, 'demo-fleet')
mkdirSync(folder)
// A folder with this file in it is a demo fleet's home: the extension starts the fleet when it is opened.
writeFileSync(join(folder, '.fleet-ops-demo'), '{}\n')

try {
  if (hasDesktopCode()) await openDesktop()
  else await serve()
} finally {
  remove()
}

/** Whether `code` is a desktop's: in a terminal of a remote window it is another program of that name. */
function hasDesktopCode() {
  if (!find('code') && !find('code.cmd')) return false
  if (process.env.VSCODE_IPC_HOOK_CLI) return false
  const { status } = spawnSync('code', ['--version'], { stdio: 'ignore', shell: process.platform === 'win32' })
  return status === 0
}

async function openDesktop() {
  console.log('Opening the demo fleet in VS Code. It ends when its window is closed.')
  const own = ['--user-data-dir', join(directory, 'data'), '--extensions-dir', join(directory, 'extensions')]
  const options = [
    '--new-window',
    '--wait',
    '--disable-workspace-trust',
    '--skip-welcome',
    `--extensionDevelopmentPath=${root()}`,
  ]
  const code = spawn('code', [...own, ...options, folder], { stdio: 'inherit', shell: process.platform === 'win32' })
  await once(code, 'exit')
}

async function serve() {
  const missing = missingForInstall()
  if (missing) {
    console.error(
      `There is no VS Code here ("code" is not on the PATH), and code-server cannot be installed in its place: ${missing}.`,
    )
    process.exitCode = 1
    return
  }
  await installVSCode()
  const { packageExtension } = await import('./package.mjs')
  const { startCodeServer } = await import('./vscode/code-server.mjs')
  const server = await startCodeServer({ vsix: [await packageExtension({ built: true })] })
  console.log(
    `\nThe demo fleet, after ${Math.round((Date.now() - began) / 1000)} s:\n\n    ${server.url(folder)}\n\nOpen this address in a browser. Ctrl-C ends it.`,
  )
  if (process.argv.includes('--check')) await check(server)
  else await interruption()
  await server.stop()
}

function interruption() {
  return new Promise(interrupted => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, interrupted)
  })
}

/** For the tests: looks at the page as the reader of that address would, and fails if the fleet is not there to be seen. */
async function check(server) {
  const { launchBrowser, openPage } = await import('./vscode/browser.mjs')
  const browser = await launchBrowser()
  try {
    const { page } = await openPage(browser)
    await page.goto(server.url(folder))
    await page.locator('.pane-body .monaco-list-row[role=treeitem]', { hasText: 'core-3' }).waitFor({ timeout: 60_000 })
    mkdirSync(root('out/screenshots'), { recursive: true })
    await page.screenshot({ path: root('out/screenshots/npm-run-demo.png') })
    console.log('The fleet is there: out/screenshots/npm-run-demo.png')
  } finally {
    await browser.close()
  }
}
