import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { visitDemo } from './demo-visit'

const see = visitDemo()

see('demo-fleet', 'the folder of the demo fleet opens with fleet.yaml and the fleet beside it', async ({ screen }) => {
  await screen.row(/Load balancer.*core-1 · \d+\/60 calls/).waitFor({ timeout: 60_000 })
  await screen.row(/core-3.*4 workers/).waitFor()
  await screen.row(/worker 4 of core-3/).waitFor()
  await screen.page.locator('.tab', { hasText: 'fleet.yaml' }).waitFor()
  assert.equal(await screen.page.locator('.squiggly-error').count(), 0)
})

see('preview', 'the button of the editor opens the upstream beside it', async ({ screen }) => {
  await screen.page.locator('.editor-actions .action-label[aria-label*="Preview nginx Upstream"]').first().click()
  await screen.editors.filter({ hasText: 'least_conn;' }).waitFor()
})

see('errors', 'a typing mistake is underlined, and the last good upstream stays', async ({ screen }) => {
  await screen.page
    .locator('.view-line', { hasText: 'keepalive: 32' })
    .first()
    .click({ position: { x: 20, y: 8 } })
  await screen.page.keyboard.press('End')
  await screen.page.keyboard.type('x')
  await screen.page.locator('.squiggly-error').first().waitFor()
  await screen.editors.filter({ hasText: 'this is the last good upstream' }).waitFor()
})

see('mended', 'undo mends it', async ({ screen }) => {
  await screen.page.keyboard.press('Control+Z')
  await screen.editors.filter({ hasText: 'this is the last good upstream' }).waitFor({ state: 'detached' })
  await screen.page.locator('.squiggly-error').first().waitFor({ state: 'detached' })
})

see('reload', 'reload from the palette shows its plan, asks once, and does it', async ({ screen, workbench }) => {
  await workbench.command('Fleet Ops: Reload nginx')
  await screen.answer(/Reload nginx of demo\?/, 'Reload nginx')
  await screen.untilTerminal(/Done in/)
  await screen.row(/Drift.*none/).waitFor()
})

see(
  'add-worker',
  'add-worker from the palette asks where and how many, edits fleet.yaml and starts the worker',
  async ({ folder, screen, workbench }) => {
    await workbench.command('Fleet Ops: Add Worker')
    await screen.pick(/core-2/)
    await screen.page.locator('.quick-input-widget input').first().press('Enter')
    await screen.answer(/core-2/, 'Add Worker')
    await screen.untilTerminal(/Done in/)
    await screen.row(/core-2.*5 workers/).waitFor()
    assert.match(readFileSync(join(folder, 'fleet.yaml'), 'utf8'), /core-2:[\s\S]*?workers: 5/)
  },
)

see('remove-worker', 'the menu of its row removes a worker again', async ({ folder, screen, workbench }) => {
  const worker = screen.row(/^worker 5/)
  await worker.click({ button: 'right' })
  await screen.menu.waitFor()
  await screen.page.waitForTimeout(300)
  await workbench.screenshot('worker-menu')
  await screen.chooseInMenu('Remove Worker')
  await screen.answer(/Remove worker 5 of core-2\?/, 'Remove Worker')
  await screen.untilTerminal(/VOXCORE_WORKERS=4[\s\S]*Done\sin/)
  await screen.row(/core-2.*4 workers/).waitFor()
  await worker.waitFor({ state: 'detached' })
  assert.match(readFileSync(join(folder, 'fleet.yaml'), 'utf8'), /core-2:[\s\S]*?workers: (4|\[1, 2, 3, 4\])/)
})

see(
  'rolling-restart',
  'a rolling restart from the palette shows where it is while it goes on',
  async ({ screen, workbench }) => {
    await workbench.command('Fleet Ops: Rolling Restart')
    await screen.pick(/The whole fleet/)
    await screen.answer(/Restarts 12 workers/, 'Rolling Restart')
    await screen.page.locator('.statusbar-item', { hasText: /Rolling Restart [7-9]\/\d+/ }).waitFor({ timeout: 60_000 })
    await screen.untilTerminal(/calls? left/)
    await screen.row(/draining/).waitFor()
    await screen.page.locator('.notification-toast', { hasText: 'Cancel' }).waitFor()
    await screen.page.keyboard.press('Escape')
  },
)

see('cancelled', 'Ctrl-C in its terminal brings drained workers back before it ends', async ({ screen }) => {
  await screen.page.locator('.terminal-wrapper.active').click()
  await screen.page.keyboard.press('Control+C')
  await screen.untilTerminal(/Cancelled after/)
  await screen.untilTerminal(/No drained worker was left out/)
  await screen.row(/draining/).waitFor({ state: 'detached' })
})

see(
  'rolling-restart-done',
  'the button of a row restarts the workers of its server, to the end',
  async ({ screen }) => {
    const row = screen.row(/^core-3/)
    await row.hover()
    await row.locator('.action-label[aria-label^="Rolling Restart"]').click()
    await screen.answer(/Restarts 4 workers.*core-3/, 'Rolling Restart')
    await screen.untilTerminal(/✓ Done in/, 90_000)
  },
)

see('broke-off', 'a window that dies in the middle of a run comes back', async ({ screen, workbench }) => {
  await workbench.command('Fleet Ops: Rolling Restart')
  await screen.pick(/The whole fleet/)
  await screen.answer(/Restarts \d+ workers/, 'Rolling Restart')
  await screen.untilTerminal(/✓\s+1\/\d+/)
  workbench.killExtensionHost()
  await screen.page.locator('.statusbar-item', { hasText: /Rolling Restart/ }).waitFor({ state: 'detached' })
  // The demo fleet has died with it, and begins anew.
  await screen.row(/Drift.*1 difference/).waitFor({ timeout: 60_000 })
})

see('past-runs', 'the runs are kept, with their logs, one that broke off among them', async ({ screen, workbench }) => {
  await workbench.command('Fleet Ops: Show Past Runs')
  const runs = screen.page.locator('.quick-input-list .monaco-list-row')
  await runs.filter({ hasText: '⊘' }).first().waitFor()
  assert.equal(await runs.count(), 6)
  await workbench.screenshot('past-runs-list')
  await runs.filter({ hasText: /⚠.*ended without a word/ }).click()
  await screen.editors.filter({ hasText: /Rolling\sRestart\s·\sdemo/ }).waitFor()
  await screen.page.keyboard.press('Control+End')
  await screen.editors.filter({ hasText: /✓\s+Confirmed[\s\S]*✓\s+1\/\d+[\s\S]*…\s+2\/\d+/ }).waitFor()
})
