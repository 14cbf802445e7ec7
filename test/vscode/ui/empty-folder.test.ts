import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { packExtension } from './packed-extension'
import { openWorkbench, type Workbench } from './workbench'

/** A folder without a fleet.yaml: what the sidebar says, and where its buttons lead. */
const folder = mkdtempSync(join(tmpdir(), 'fleet-ops-ui-empty-'))
let workbench: Workbench

before(async () => {
  writeFileSync(join(folder, 'README.md'), 'Nothing here yet.\n')
  workbench = await openWorkbench({ vsix: [packExtension()], folder })
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

test('its other button opens the demo fleet in a window of its own', async () => {
  const { page } = workbench
  await workbench.command('File: Revert File')
  const opening = page.context().waitForEvent('page')
  await workbench.command('Fleet Ops: Try the Demo Fleet')
  const demo = await opening
  await demo
    .locator('.pane-body .monaco-list-row[role=treeitem]', { hasText: 'core-3' })
    .first()
    .waitFor({ timeout: 60_000 })
  await demo.locator('.tab', { hasText: 'fleet.yaml' }).waitFor()
  mkdirSync('out/screenshots', { recursive: true })
  await demo.screenshot({ path: 'out/screenshots/try-the-demo-fleet.png' })
})
