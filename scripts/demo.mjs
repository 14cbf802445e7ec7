// npm run demo: the extension at work on its embedded demo fleet, in VS Code, until it is closed or Ctrl-C.
// npm run demo -- --check: looks whether the fleet is to be seen, and exits with 0 or 1.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildAll } from './build.mjs'
import { root } from './paths.mjs'
import { findDesktop, openDesktop } from './vscode/desktop.mjs'
import { installVSCode, missingForInstall } from './vscode/install.mjs'

const isCheck = process.argv.includes('--check')
const began = Date.now()
const directory = mkdtempSync(join(tmpdir(), 'fleet-ops-demo-'))
const folder = join(directory, 'demo-fleet')
mkdirSync(folder)
// A folder with this file in it is a demo fleet's home: the extension starts the fleet when it is opened.
writeFileSync(join(folder, '.fleet-ops-demo'), '{}\n')

// Whatever ends this process, what it has made goes with it: here, and where the server is started.
process.once('exit', () => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }))
const progress = { isUp: false }
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.once(signal, () => process.exit(progress.isUp && !isCheck ? 0 : 130))

const desktop = isCheck ? { reason: 'only looked at' } : findDesktop()
const missing = desktop.code ? undefined : missingForInstall()
if (missing) {
  console.error(`
The demo needs a VS Code, and there is none here: ${desktop.reason}.
One that is opened in a browser would be installed in its place, but ${missing}.`)
  process.exitCode = 1
} else {
  const vsix = await packagedExtension()
  await (desktop.code ? openWindow(vsix) : serve(vsix))
}

async function packagedExtension() {
  await buildAll()
  const { packageExtension } = await import('./package.mjs')
  return packageExtension({ built: true })
}

async function openWindow(vsix) {
  console.log(`\nThe demo fleet opens in VS Code, after ${secondsSinceStart()} s. Close its window to end it.`)
  progress.isUp = true
  await openDesktop({ code: desktop.code, vsix, folder, directory })
}

async function serve(vsix) {
  await installVSCode()
  const { startServer } = await import('./vscode/server.mjs')
  const server = await startServer({ vsix: [vsix] })
  progress.isUp = true
  console.log(`\nThe demo fleet is up, after ${secondsSinceStart()} s. Open this address in a browser:

    ${server.url(folder)}
`)
  if (isCheck) return check(server)
  if (process.env.SSH_CONNECTION)
    console.log(`From elsewhere, first: ssh -L ${server.port}:127.0.0.1:${server.port} HOST`)
  console.log('Ctrl-C ends it and removes what it has made.')
  throw new Error(`VS Code's server ended:\n${await server.ended}`)
}

/** Looks at the page as the reader of that address would. */
async function check(server) {
  const { launchBrowser, openPage } = await import('./vscode/browser.mjs')
  const browser = await launchBrowser()
  try {
    const { page } = await openPage(browser)
    await page.goto(server.url(folder))
    const calls = page.locator('.pane-body .monaco-list-row[role=treeitem]', { hasText: /core-3.*calls/ })
    await calls.waitFor({ timeout: 60_000 })
    mkdirSync(root('out/screenshots'), { recursive: true })
    await page.screenshot({ path: root('out/screenshots/npm-run-demo.png') })
    console.log('The fleet is there: out/screenshots/npm-run-demo.png')
  } finally {
    await browser.close()
    await server.stop()
  }
}

function secondsSinceStart() {
  return Math.round((Date.now() - began) / 1000)
}
