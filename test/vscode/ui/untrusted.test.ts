import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { packExtension } from './packed-extension'
import { openWorkbench, type Workbench } from './workbench'

/** A folder that the operator does not trust: its fleet.yaml is checked and previewed, its template is not run, and no server hears of us. */
const folder = mkdtempSync(join(tmpdir(), 'fleet-ops-ui-untrusted-'))
let reached = 0
const server = createServer(() => reached++)
let workbench: Workbench

before(async () => {
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  assert.ok(typeof address === 'object' && address)
  writeFileSync(
    join(folder, 'fleet.yaml'),
    `name: strange\nload_balancer:\n  server: core-1\n  template: own.njk\nservers:\n  core-1:\n    host: 127.0.0.1\n    wrokers: 2\n    ssh: { port: ${address.port} }\n`,
  )
  writeFileSync(join(folder, 'own.njk'), 'upstream {{ upstream.name }} { # by their own template\n}\n')
  mkdirSync('out/screenshots', { recursive: true })
  const settings = { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never' }
  workbench = await openWorkbench({ vsix: [packExtension()], folder, settings })
})

after(async () => {
  await workbench?.close()
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

test('the Fleet view says why it waits, and how to trust the folder', async () => {
  const { page } = workbench
  await page.locator('.activitybar .action-label[aria-label="Fleet Ops"]').click()
  const welcome = page.locator('.welcome-view-content', { hasText: 'it waits until you trust this folder' })
  await welcome.locator('.monaco-button', { hasText: 'Manage Workspace Trust' }).waitFor()
  await workbench.screenshot('untrusted')
})

test('fleet.yaml is checked and mended, and previewed by the built-in template alone', async () => {
  const { page } = workbench
  await page.keyboard.press('Control+P')
  await page.locator('.quick-input-widget input').first().fill('fleet.yaml')
  await page.locator('.quick-input-list .monaco-list-row', { hasText: 'fleet.yaml' }).first().click()
  await page.locator('.squiggly-error').first().waitFor()
  await page.locator('.view-line', { hasText: 'wrokers' }).click()
  await page.keyboard.press('Control+.')
  await page.locator('.action-widget .monaco-list-row', { hasText: 'workers' }).first().click()
  await page.locator('.squiggly-error').first().waitFor({ state: 'detached' })
  await workbench.command('Fleet Ops: Preview nginx Upstream')
  const preview = page.locator('.monaco-editor .view-lines', { hasText: '127.0.0.1:8002;' })
  await preview.filter({ hasText: /own\.njk.is.not.used.until.you.trust.this.folder/ }).waitFor()
  await workbench.screenshot('untrusted-preview')
})

test('no operation is offered, and no server has been contacted', async () => {
  const { page } = workbench
  await page.keyboard.press('F1')
  await page.locator('.quick-input-widget input').first().fill('>Fleet Ops:')
  const rows = page.locator('.quick-input-list .monaco-list-row')
  await rows.filter({ hasText: 'Preview nginx Upstream' }).first().waitFor()
  assert.equal(
    await rows.filter({ hasText: /Reload nginx|Rolling Restart|Apply|Refresh|Check Connections/ }).count(),
    0,
  )
  await workbench.screenshot('untrusted-palette')
  await page.keyboard.press('Escape')
  assert.equal(reached, 0)
})
