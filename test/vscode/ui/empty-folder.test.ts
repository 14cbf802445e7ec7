import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { packExtension } from './packed-extension'
import { openWorkbench, type Workbench } from './workbench'

/** A folder without a fleet.yaml: what the sidebar says, and where its buttons lead. */
const folder = mkdtempSync(join(tmpdir(), 'fleet-ops-ui-empty-'))
let workbench: Workbench

before(async () => {
  writeFileSync(join(folder, 'README.md'), 'Nothing here yet.\n')
  // The other visits are in the dark: what this one shows is looked at in the light.
  const settings = { 'workbench.colorTheme': 'Default Light Modern' }
  workbench = await openWorkbench({ vsix: [packExtension()], folder, settings })
})

after(async () => {
  await workbench?.close()
  rmSync(folder, { recursive: true, force: true })
})

test('the Fleet view offers a new fleet.yaml and the demo fleet', async () => {
  const { page } = workbench
  await page.locator('.activitybar .action-label[aria-label="Fleet Ops"]').click()
  const welcome = page.locator('.welcome-view-content')
  await welcome.filter({ hasText: 'No fleet.yaml here yet' }).waitFor()
  await welcome.locator('.monaco-button', { hasText: 'New fleet.yaml from Running Servers' }).waitFor()
  await workbench.screenshot('empty-folder')
  await welcome.locator('.monaco-button', { hasText: /^New fleet\.yaml$/ }).click()
  await page.locator('.monaco-editor .view-lines', { hasText: 'load_balancer' }).waitFor()
  await workbench.command('Fleet Ops: Preview nginx Upstream')
  await page.locator('.monaco-editor .view-lines', { hasText: '127.0.0.1:8004;' }).waitFor()
  await workbench.screenshot('new-fleet-file')
})

test('the walkthrough begins with the demo fleet, in a window of its own', async () => {
  const { page } = workbench
  await workbench.command('File: Revert File')
  await workbench.command('Welcome: Open Walkthrough')
  await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Run a fleet without dropping a call' }).click()
  const steps = page.locator('.getting-started-step')
  await steps.first().waitFor()
  assert.equal(await steps.count(), 5)
  await workbench.screenshot('walkthrough')
  const opening = page.context().waitForEvent('page')
  await steps.locator('.monaco-button', { hasText: 'Try the Demo Fleet' }).click()
  const demo = await opening
  await demo
    .locator('.pane-body .monaco-list-row[role=treeitem]', { hasText: 'core-3' })
    .first()
    .waitFor({ timeout: 60_000 })
  await demo.locator('.tab', { hasText: 'fleet.yaml' }).waitFor()
  await demo.screenshot({ path: 'out/screenshots/try-the-demo-fleet.png' })
  await reachByKeyboard(demo)
})

/** From the palette to the row of a server and into its menu, without a mouse; what a screen reader says of it is its whole state. */
async function reachByKeyboard(page: Page): Promise<void> {
  await page.locator('.pane-body .monaco-list-row', { hasText: /core-3.*calls/ }).waitFor()
  await page.keyboard.press('F1')
  await page.locator('.quick-input-widget input').first().fill('>View: Focus on Fleet View')
  await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Focus on Fleet View' }).first().waitFor()
  await page.keyboard.press('Enter')
  const focused = page.locator('.pane-body .monaco-list.element-focused, .pane-body .monaco-list:focus')
  await focused.first().waitFor()
  for (const key of ['Home', 'ArrowDown']) await page.keyboard.press(key)
  const row = page.locator('.pane-body .monaco-list-row.focused')
  assert.match((await row.getAttribute('aria-label')) ?? '', /^core-1, \d+\/20 calls, 4 workers/)
  await page.keyboard.press('Shift+F10')
  const menu = page.locator('.context-view .monaco-menu')
  await menu.locator('.action-label', { hasText: 'Rolling Restart' }).waitFor()
  await page.waitForTimeout(300)
  await page.screenshot({ path: 'out/screenshots/server-menu-by-keyboard.png' })
  await page.keyboard.press('Escape')
  await page.locator('.sidebar .title .codicon-toolbar-more').click()
  await page.locator('.context-view .monaco-menu', { hasText: 'Show Past Runs' }).waitFor()
  await page.waitForTimeout(300)
  await page.screenshot({ path: 'out/screenshots/view-menu.png' })
}
