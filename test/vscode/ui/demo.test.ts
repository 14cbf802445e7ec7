import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { copyKey } from '../../quick/keys'
import { packExtension } from './packed-extension'
import { Screen } from './screen'
import { openWorkbench, type Workbench } from './workbench'

/** The demo fleet as its first visitor meets it: the packaged extension, the mouse and the keyboard, nothing else. */
const directory = mkdtempSync(join(tmpdir(), 'fleet-ops-ui-'))
const folder = join(directory, 'demo-fleet')
let workbench: Workbench
let screen: Screen

before(async () => {
  mkdirSync(folder)
  writeFileSync(join(folder, '.fleet-ops-demo'), '{}\n')
  workbench = await openWorkbench({
    vsix: [packExtension()],
    folder,
    settings: { 'workbench.colorTheme': 'Default Dark Modern', 'files.autoSave': 'off' },
    viewport: { width: 1500, height: 950 },
  })
  screen = new Screen(workbench.page)
})

after(async () => {
  await workbench?.close()
  rmSync(directory, { recursive: true, force: true })
})

/** A test that leaves a picture of what was to be seen, above all if it failed. */
function see(name: string, what: string, act: () => Promise<void>): void {
  test(what, async () => {
    try {
      await act()
      await workbench.screenshot(name)
    } catch (error) {
      await workbench.screenshot(`${name}-failed`)
      throw error
    }
  })
}

see('demo-fleet', 'the folder of the demo fleet opens with fleet.yaml and the fleet beside it', async () => {
  await screen.row(/Load balancer.*core-1 · \d+\/60 calls/).waitFor({ timeout: 60_000 })
  await screen.row(/core-3.*4 workers/).waitFor()
  await screen.row(/worker 4 of core-3/).waitFor()
  await screen.page.locator('.tab', { hasText: 'fleet.yaml' }).waitFor()
  assert.equal(await screen.page.locator('.squiggly-error').count(), 0)
})

see('preview', 'the button of the editor opens the upstream beside it', async () => {
  await screen.page.locator('.editor-actions .action-label[aria-label*="Preview nginx Upstream"]').first().click()
  await screen.editors.filter({ hasText: 'least_conn;' }).waitFor()
})

see('errors', 'a typing mistake is underlined, and the last good upstream stays', async () => {
  await screen.page
    .locator('.view-line', { hasText: 'keepalive: 32' })
    .first()
    .click({ position: { x: 20, y: 8 } })
  await screen.page.keyboard.press('End')
  await screen.page.keyboard.type('x')
  await screen.page.locator('.squiggly-error').first().waitFor()
  await screen.editors.filter({ hasText: 'this is the last good upstream' }).waitFor()
})

see('mended', 'undo mends it', async () => {
  await screen.page.keyboard.press('Control+Z')
  await screen.editors.filter({ hasText: 'this is the last good upstream' }).waitFor({ state: 'detached' })
  await screen.page.locator('.squiggly-error').first().waitFor({ state: 'detached' })
})

see('check-connections', 'every server is checked, in a terminal of its own', async () => {
  await workbench.command('Fleet Ops: Check Connections')
  await screen.untilTerminal(/All\sis\swell:\s25\schecks\sof\s3\smachines/)
  await screen.untilTerminal(/Enter\schecks\sagain/)
})

see('logs', "a worker's journal is followed until Ctrl-C", async () => {
  await workbench.command('Fleet Ops: Show Logs')
  await screen.pick(/worker 3 of core-2/)
  await screen.untilTerminal(/Started\sVoxCore\sworker\s3/)
  await screen.untilTerminal(/call\s(begins|ends)/)
  await screen.page.locator('.terminal-wrapper.active').click()
  await screen.page.keyboard.press('Control+C')
  await screen.untilTerminal(/Enter\sfollows\sit\sagain/)
})

see('ssh-terminal', "the system's ssh connects to a server; a simulated one says that it has no shell", async () => {
  await workbench.command('Fleet Ops: Open SSH Terminal')
  await screen.pick(/core-2/)
  await screen.untilTerminal(/This\sserver\sis\ssimulated/)
})

see('reload', 'reload from the palette shows its plan, asks once, and does it', async () => {
  await workbench.command('Fleet Ops: Reload nginx')
  await screen.answer(/Reload nginx of demo\?/, 'Reload nginx')
  await screen.untilTerminal(/Done in/)
  await screen.row(/Drift.*none/).waitFor()
})

see(
  'add-worker',
  'add-worker from the palette asks where and how many, edits fleet.yaml and starts the worker',
  async () => {
    await workbench.command('Fleet Ops: Add Worker')
    await screen.pick(/core-2/)
    await screen.page.locator('.quick-input-widget input').first().press('Enter')
    await screen.answer(/core-2/, 'Add Worker')
    await screen.untilTerminal(/Done in/)
    await screen.row(/core-2.*5 workers/).waitFor()
    assert.match(readFileSync(join(folder, 'fleet.yaml'), 'utf8'), /core-2:[\s\S]*?workers: 5/)
  },
)

see('rolling-restart', 'a rolling restart from the palette shows where it is while it goes on', async () => {
  await workbench.command('Fleet Ops: Rolling Restart')
  await screen.pick(/The whole fleet/)
  await screen.answer(/Restarts 13 workers/, 'Rolling Restart')
  await screen.page.locator('.statusbar-item', { hasText: /Rolling Restart [7-9]\/\d+/ }).waitFor({ timeout: 60_000 })
  await screen.untilTerminal(/calls? left/)
  await screen.row(/draining/).waitFor()
  await screen.page.locator('.notification-toast', { hasText: 'Cancel' }).waitFor()
  await screen.page.keyboard.press('Escape')
})

see('cancelled', 'Ctrl-C in its terminal brings drained workers back before it ends', async () => {
  await screen.page.locator('.terminal-wrapper.active').click()
  await screen.page.keyboard.press('Control+C')
  await screen.untilTerminal(/Cancelled after/)
  await screen.untilTerminal(/No drained worker is left out/)
  await screen.row(/draining/).waitFor({ state: 'detached' })
})

see('rolling-restart-done', 'the button of a row restarts the workers of its server, to the end', async () => {
  const row = screen.row(/^core-3/)
  await row.hover()
  await row.locator('.action-label[aria-label^="Rolling Restart"]').click()
  await screen.answer(/Restarts 4 workers.*core-3/, 'Rolling Restart')
  await screen.untilTerminal(/✓ Done in/, 90_000)
})

see('past-runs', 'the runs are kept, with their logs', async () => {
  await workbench.command('Fleet Ops: Show Past Runs')
  const runs = screen.page.locator('.quick-input-list .monaco-list-row')
  await runs.filter({ hasText: '⊘' }).first().waitFor()
  assert.equal(await runs.count(), 4)
  await screen.pick(/⊘/)
  await screen.editors.filter({ hasText: /Rolling\sRestart\s·\sdemo/ }).waitFor()
})

see(
  'add-server',
  'the wizard makes the bare fourth server one of the fleet, with a way back, and asks for the token',
  async () => {
    const [, host = '', url = ''] =
      /host (\S+),\n.* url (\S+)$/m.exec(readFileSync(join(folder, 'fleet.yaml'), 'utf8')) ?? []
    const input = screen.page
      .locator('.quick-input-widget input[type="text"], .quick-input-widget input:not([type])')
      .first()
    const title = (step: number) => screen.page.locator('.quick-input-title', { hasText: `${step}/6` })
    const answer = async (step: number, text: string) => {
      await title(step).waitFor()
      await input.fill(text)
      await input.press('Enter')
    }
    await workbench.command('Fleet Ops: Add Server')
    await screen.page.locator('.quick-input-title', { hasText: 'Add Server' }).waitFor()
    await input.fill('core-4')
    await input.press('Enter')
    await answer(2, host)
    await title(3).waitFor()
    await screen.page.locator('.quick-input-titlebar .codicon-quick-input-back').click()
    await answer(2, host)
    await answer(3, '10.20.0.14')
    await answer(4, 'core-2')
    await answer(5, '')
    await answer(6, url)
    await screen.page.locator('.quick-input-title', { hasText: 'VoxBridge at' }).waitFor()
    await screen.page.locator('.quick-input-widget input[type="password"]').fill('demo')
    await screen.page.keyboard.press('Enter')
    await screen.answer(/Add server core-4\?/, 'Add Server')
    await screen.untilTerminal(/Done in/, 90_000)
    await screen.row(/core-4.*\d\/20 calls/).waitFor()
    await screen.row(/Drift.*none/).waitFor()
  },
)

see(
  'passphrase',
  'a passphrase is asked for one server at a time: one that is not given fails its server alone',
  async () => {
    copyKey(join(folder, 'demo_key'), join(folder, 'locked_key'), { passphrase: 'open sesame', rounds: 1 })
    const fleet = readFileSync(join(folder, 'fleet.yaml'), 'utf8')
    const locked = fleet.replace('name: demo', 'name: locked').replace('demo_key"', 'locked_key"')
    writeFileSync(join(folder, 'locked.fleet.yaml'), locked)
    const box = screen.page.locator('.quick-input-widget:not(.hidden)')
    const asked = async (...said: readonly (string | RegExp)[]) => {
      let found = box
      for (const text of said) found = found.filter({ hasText: text })
      await found.waitFor({ timeout: 60_000 })
      return box.locator('input').first()
    }
    const first = await asked(/Connecting to core-\d/, /Passphrase of .*locked_key/)
    assert.equal(await first.getAttribute('type'), 'password')
    const name = /core-\d/.exec((await box.textContent()) ?? '')?.[0] ?? ''
    await first.press('Escape')
    const others = new RegExp(`Connecting to (?!${name})core-\\d`)
    const second = await asked(others, /Passphrase of .*locked_key/)
    await second.fill('wrong')
    await second.press('Enter')
    const again = await asked(others, /That was not the passphrase of .*locked_key; try again/)
    await workbench.screenshot('passphrase-again')
    await again.fill('open sesame')
    await again.press('Enter')
    const offer = screen.page.locator('.notification-toast', { hasText: 'Remember the passphrase of' })
    await offer.locator('.monaco-button', { hasText: 'Remember' }).click()
    await offer.waitFor({ state: 'detached' })
    await screen.row(new RegExp(`^${name}.*unreachable`)).waitFor()
    assert.equal(await screen.rows.filter({ hasText: /^core-\d.*unreachable/ }).count(), 1)
  },
)

see('passphrases-forgotten', 'a passphrase that was remembered is forgotten from the palette', async () => {
  await workbench.command('Fleet Ops: Forget Passphrases')
  const told = (text: RegExp) => screen.page.locator('.notification-toast', { hasText: text }).waitFor()
  await told(/Forgotten: the passphrase of .*locked_key/)
  await workbench.command('Fleet Ops: Forget Passphrases')
  await told(/No passphrase was kept/)
})

see('adopt', 'a fleet.yaml is written from servers that run: those of a fleet are there to pick', async () => {
  await workbench.command('Fleet Ops: New fleet.yaml from Running Servers')
  const box = screen.page.locator('.quick-input-widget:not(.hidden)')
  await box.filter({ hasText: 'New fleet.yaml from Running Servers (1/2)' }).waitFor()
  for (const name of ['core-1', 'core-2', 'core-3'])
    await box.locator('.monaco-list-row', { hasText: new RegExp(`${name}.*server of fleet demo`) }).click()
  await workbench.screenshot('adopt-hosts')
  await box.locator('input[type=text]').first().press('Enter')
  await box.filter({ hasText: 'New fleet.yaml from Running Servers (2/2)' }).waitFor()
  await screen.pick(/One of these servers/)
  await screen.editors.filter({ hasText: /What.`fleet-ops.adopt.core-1.core-2.core-3`.found/ }).waitFor()
  await screen.editors.filter({ hasText: /workers:.5/ }).waitFor()
  assert.equal(await screen.page.locator('.squiggly-error').count(), 0)
})
