#!/usr/bin/env node
// Stands in for the desktop's `code` in @vscode/test-electron's runTests({ vscodeExecutablePath }): the same arguments, the same
// exit code, but the VS Code that runs is code-server's, with its workbench in headless Chromium and its extension host in Node.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { launchBrowser, openPage } from '../../../scripts/vscode/browser.mjs'
import { exitWithParent } from '../../../scripts/vscode/exit-with-parent.mjs'
import { startServer } from '../../../scripts/vscode/server.mjs'
import { drivenSettings } from '../../../scripts/vscode/settings.mjs'

const mostMilliseconds = 300_000

/** Nothing of this is about the extension. */
const noise =
  /^(Ignoring fetching additional|Resolv(ing|ed) connection token|Creating a socket|\[reconnection-grace|Updating additional builtin|\[Service Worker|\[AgentHost|\[AccountPolicyGate|\[ArtifactsSyncer|INFO )|No search provider|Timed out waiting for authentication provider/

exitWithParent()
const { options, folders } = readArguments(process.argv.slice(2))
const receipts = mkdtempSync(join(tmpdir(), 'fleet-ops-receipt-'))
const receipt = join(receipts, 'receipt.json')
process.once('exit', () => rmSync(receipts, { recursive: true, force: true }))
const tests = options.extensionTestsPath
const server = await startServer({
  settings: drivenSettings,
  environment: { FLEET_OPS_TESTS: tests, FLEET_OPS_RECEIPT: receipt, NODE_ENV: 'test' },
})
const browser = await launchBrowser()
const ending = { begun: false }

setTimeout(() => {
  console.error(`The tests did not end within ${mostMilliseconds / 1000} s.`)
  void end(124)
}, mostMilliseconds).unref()

const { page } = await openPage(browser)
await page.addInitScript(enableTests)
await page.exposeFunction('codeAutomationLog', (type, args) => {
  if (!noise.test(String(args[0]))) (console[type] ?? console.log)(...args)
})
await page.exposeFunction('codeAutomationExit', code => end(exitCode(code)))
page.on('crash', () => end(71))
await page.goto(workbenchUrl())

function readArguments(all) {
  const named = all.map(argument => /^--([^=]+)(?:=(.*))?$/s.exec(argument)).filter(match => match !== null)
  const positional = all.filter(argument => !argument.startsWith('--')).map(path => resolve(path))
  const plain = value => (value?.startsWith('file://') ? fileURLToPath(value) : value)
  return {
    options: Object.fromEntries(named.map(([, name, value]) => [name, plain(value)])),
    folders: positional.filter(path => existsSync(path) && statSync(path).isDirectory()),
  }
}

/** A built workbench runs tests only with its smoke test driver on, which is an option in a tag of the page. */
function enableTests() {
  if (window !== top) return
  new MutationObserver((_, observer) => {
    const tag = document.getElementById('vscode-workbench-web-configuration')
    if (!tag) return
    observer.disconnect()
    const configuration = JSON.parse(tag.getAttribute('data-settings'))
    configuration.developmentOptions = { ...configuration.developmentOptions, enableSmokeTestDriver: true }
    tag.setAttribute('data-settings', JSON.stringify(configuration))
  }).observe(document, { childList: true, subtree: true })
}

function workbenchUrl() {
  const remote = path => `vscode-remote://${server.authority}${encodeURI(resolve(path))}`
  const url = new URL(server.url(folders[0]))
  const payload = [
    ['extensionDevelopmentPath', remote(options.extensionDevelopmentPath)],
    ['extensionTestsPath', remote(fileURLToPath(new URL('extension-host.cjs', import.meta.url)))],
    ['skipWelcome', 'true'],
  ]
  url.searchParams.set('payload', JSON.stringify(payload))
  return url.href
}

/** The workbench calls it 0 when the extension host dies: without a receipt from within it nothing has passed. */
function exitCode(code) {
  if (existsSync(receipt)) return code || JSON.parse(readFileSync(receipt, 'utf8')).code
  console.error('The extension host died before the tests ended.')
  return 70
}

async function end(code) {
  if (ending.begun) return
  ending.begun = true
  if (code !== 0) await picture()
  await browser.close().catch(() => {})
  await server.stop()
  process.exit(code)
}

/** What was to be seen when it went wrong, if anybody wants to know. */
async function picture() {
  const path = process.env.FLEET_OPS_FAILURE_PICTURE
  if (path) await page.screenshot({ path, timeout: 5_000 }).catch(() => {})
}
