import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { copyKey } from '../../quick/keys'
import { until } from '../suite/until'
import { visitDemo } from './demo-visit'

const see = visitDemo()

see('servers', 'the fleet is seen', async ({ screen }) => {
  await screen.row(/core-3.*4 workers/).waitFor({ timeout: 60_000 })
})

see('check-connections', 'every server is checked, in a terminal of its own', async ({ screen, workbench }) => {
  await workbench.command('Fleet Ops: Check Connections')
  await screen.untilTerminal(/All\schecks\spassed:\s\d+\schecks\sof\s3\smachines/)
  await screen.untilTerminal(/Enter\schecks\sagain/)
})

see('logs', "a worker's journal is followed until Ctrl-C", async ({ screen, workbench }) => {
  await workbench.command('Fleet Ops: Show Logs')
  await screen.pick(/worker 3 of core-2/)
  await screen.untilTerminal(/call\s(begins|ends)/)
  await screen.page.locator('.terminal-wrapper.active').click()
  await screen.page.keyboard.press('Control+C')
  await screen.untilTerminal(/Enter\sfollows\sit\sagain/)
})

see(
  'ssh-terminal',
  "the system's ssh connects to a server; a simulated one says that it has no shell",
  async ({ screen, workbench }) => {
    await workbench.command('Fleet Ops: Open SSH Terminal')
    await screen.pick(/core-2/)
    await screen.untilTerminal(/This\sserver\sis\ssimulated/)
  },
)

see(
  'export-ansible',
  'a fleet is exported as Ansible into the folder that is picked',
  async ({ folder, screen, workbench }) => {
    const target = join(folder, 'ansible')
    mkdirSync(target)
    await workbench.command('Fleet Ops: Export as Ansible')
    const box = screen.page.locator('.quick-input-widget:not(.hidden)')
    const path = box.locator('input[type=text]').first()
    await box.locator('.monaco-list-row', { hasText: 'ansible' }).click()
    // The folder that is picked stands in the dialog's path before it is a folder to export to.
    await until('the folder is in the path', async () => (await path.inputValue()) === `${target}/`)
    await box.locator('.monaco-button', { hasText: 'Export Here' }).click()
    await screen.page.locator('.tab.active', { hasText: 'rolling-restart.yml' }).waitFor()
    assert.ok(existsSync(join(target, 'inventory.yml')))
  },
)

see(
  'add-server',
  'the wizard makes the bare fourth server one of the fleet, with a way back, and asks for the token',
  async ({ folder, screen, workbench }) => {
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
    await screen.page.locator('.quick-input-widget input[type="password"]').fill('demo-token')
    await screen.page.keyboard.press('Enter')
    await screen.answer(/Add server core-4\?/, 'Add Server')
    await screen.untilTerminal(/Done in/, 90_000)
    await screen.row(/core-4.*\d\/20 calls/).waitFor()
    // The worker that the demo fleet begins without is still not in nginx.
    await screen.row(/Drift.*1 difference/).waitFor()
  },
)

see(
  'register',
  'VoxBridge is told the base URL of the fleet, by the token that is known now',
  async ({ screen, workbench }) => {
    await workbench.command('Fleet Ops: Register with VoxBridge')
    await screen.pick(/The whole fleet/)
    await screen.answer(/Register/, 'Register with VoxBridge')
    await screen.untilTerminal(/Done\sin/)
  },
)

see(
  'remove-server',
  'the menu of its row takes the server out of VoxBridge, nginx and fleet.yaml again',
  async ({ folder, screen, workbench }) => {
    await screen.row(/^core-4/).click({ button: 'right' })
    await screen.menu.waitFor()
    await screen.page.waitForTimeout(300)
    await workbench.screenshot('server-menu')
    await screen.chooseInMenu('Remove Server')
    await screen.answer(/Remove server core-4\?/, 'Remove Server')
    await screen.untilTerminal(/still\son\score-4/, 90_000)
    await screen.row(/^core-4/).waitFor({ state: 'detached' })
    await screen.row(/Drift.*1 difference/).waitFor()
    assert.doesNotMatch(readFileSync(join(folder, 'fleet.yaml'), 'utf8'), /^ {2}core-4:/m)
  },
)

see('error', 'what is refused is told with its log a click away', async ({ screen, workbench }) => {
  await screen.row(/^core-1/).click({ button: 'right' })
  await screen.chooseInMenu('Remove Server')
  const told = screen.page.locator('.notification-toast', { hasText: 'core-1 is the load balancer' })
  await told.waitFor()
  await workbench.screenshot('error-told')
  await told.locator('.monaco-button', { hasText: 'Open Log' }).click()
  await screen.editors.filter({ hasText: /✖\sRefused\.\sNo\sserver\swas\schanged/ }).waitFor()
})

see(
  'passphrase',
  'a passphrase is asked for one server at a time: one that is not given fails its server alone',
  async ({ folder, screen, workbench }) => {
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
    const again = await asked(others, /Wrong passphrase of .*locked_key; try again/)
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

see(
  'passphrases-forgotten',
  'a passphrase that was remembered is forgotten from the palette',
  async ({ screen, workbench }) => {
    await workbench.command('Fleet Ops: Forget Passphrases')
    const told = (text: RegExp) => screen.page.locator('.notification-toast', { hasText: text }).waitFor()
    await told(/Forgotten: the passphrase of .*locked_key/)
    await workbench.command('Fleet Ops: Forget Passphrases')
    await told(/No passphrase is stored/)
  },
)

see(
  'adopt',
  'a fleet.yaml is written from servers that run: those of a fleet are there to pick',
  async ({ screen, workbench }) => {
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
    await screen.editors.filter({ hasText: /workers:.4/ }).waitFor()
    assert.equal(await screen.page.locator('.squiggly-error').count(), 0)
  },
)

see('no-secret', 'no secret of the operator or of a server has been written down', async ({ folder, workbench }) => {
  const holding = (secret: string, where: string) =>
    readdirSync(where, { recursive: true, encoding: 'utf8' }).filter(name => {
      const path = join(where, name)
      return statSync(path).isFile() && readFileSync(path).includes(secret)
    })
  for (const where of [workbench.written, folder]) assert.deepEqual(holding('open sesame', where), [])
  // The demo's fleet.yaml names its token, and VS Code keeps what was edited; the extension holds the simulated servers' own files.
  const written = (secret: string) => holding(secret, workbench.written)
  assert.deepEqual(
    written('demo-token').filter(name => name.endsWith('.log')),
    [],
  )
  assert.deepEqual(
    written('never-to-be-seen').filter(name => !name.startsWith('extensions/')),
    [],
  )
})
