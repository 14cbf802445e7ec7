import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { launchBrowser, openPage } from '../../../scripts/vscode/browser.mjs'
import { exitWithParent } from '../../../scripts/vscode/exit-with-parent.mjs'
import { startServer } from '../../../scripts/vscode/server.mjs'
import { drivenSettings } from '../../../scripts/vscode/settings.mjs'

/** VS Code in a page, with the packaged extension installed, for tests that use it as a person does. */
export interface Workbench {
  readonly page: Page
  /** Runs a command from the palette by its whole title, such as `Fleet Ops: Reload nginx`. */
  command(title: string): Promise<void>
  /** Keeps what is to be seen as out/screenshots/NAME.png. */
  screenshot(name: string): Promise<void>
  /** Ends the extension host as a crash does. */
  killExtensionHost(): void
  /** The folder with all that VS Code and its extensions have written. */
  readonly written: string
  close(): Promise<void>
}

/** Opens a folder in VS Code. `vsix` are the extensions that are installed in it. */
export async function openWorkbench({
  vsix,
  folder,
  settings = {},
  viewport,
}: {
  vsix: string[]
  folder: string
  settings?: Record<string, unknown>
  viewport?: { width: number; height: number }
}): Promise<Workbench> {
  exitWithParent()
  const server = await startServer({ vsix, settings: { ...drivenSettings, ...settings } })
  const browser = await launchBrowser()
  const { page } = await openPage(browser, viewport ? { viewport } : {})
  page.setDefaultTimeout(30_000)
  await page.goto(server.url(folder))
  await page.locator('.monaco-workbench .activitybar').waitFor({ timeout: 60_000 })
  return {
    page,
    async command(title) {
      const input = page.locator('.quick-input-widget input').first()
      const row = page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first()
      // The palette closes when something else takes the focus, such as a terminal that appears: then it is opened again.
      for (let tries = 1; ; tries++) {
        try {
          await page.keyboard.press('F1')
          await input.fill(`>${title}`, { timeout: 10_000 })
          await row.click({ timeout: 10_000 })
          return
        } catch (error) {
          if (tries === 6) throw error
        }
      }
    },
    async screenshot(name) {
      mkdirSync('out/screenshots', { recursive: true })
      await page.screenshot({ path: resolve(`out/screenshots/${name}.png`) })
    },
    killExtensionHost() {
      for (const pid of processesOf(server.group))
        if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=extensionHost')) process.kill(pid, 'SIGKILL')
    },
    written: server.directory,
    async close() {
      await browser.close()
      await server.stop()
    },
  }
}

/** The processes of a group, by their numbers (proc(5): the group is the third word after the command's name in brackets). */
function processesOf(group: number): readonly number[] {
  const numbers = readdirSync('/proc').filter(name => /^\d+$/.test(name))
  return numbers.map(Number).filter(pid => {
    try {
      const [, , own] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
      return Number(own) === group
    } catch {
      return false
    }
  })
}
