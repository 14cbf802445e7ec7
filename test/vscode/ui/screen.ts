import type { Locator, Page } from 'playwright-core'

/** What a person sees of Fleet Ops in the workbench, and does with it. */
export class Screen {
  readonly page: Page
  readonly rows: Locator
  readonly terminal: Locator
  readonly editors: Locator
  readonly menu: Locator

  constructor(page: Page) {
    this.page = page
    this.rows = page.locator('.pane-body .monaco-list-row[role=treeitem]')
    this.terminal = page.locator('.terminal-wrapper.active .xterm-rows')
    this.editors = page.locator('.editor-group-container .monaco-editor .view-lines')
    this.menu = page.locator('.context-view .monaco-menu')
  }

  /** A row of the Fleet view by what it says. */
  row(text: string | RegExp): Locator {
    return this.rows.filter({ hasText: text }).first()
  }

  /** Chooses an entry of the menu that is open. Just after it has opened, VS Code takes no click for one that is meant. */
  async chooseInMenu(title: string): Promise<void> {
    const entry = this.menu.locator('.action-item', { hasText: title })
    await entry.waitFor()
    for (let tries = 0; tries < 10 && (await this.menu.isVisible()); tries++) {
      await entry.click({ timeout: 2_000 }).catch(() => {})
      await this.page.waitForTimeout(200)
    }
  }

  /** Presses a button of the modal, after what it says is there. */
  async answer(said: RegExp, button: string): Promise<void> {
    const dialog = this.page.locator('.monaco-dialog-box')
    await dialog.filter({ hasText: said }).waitFor()
    await dialog.locator('.monaco-button', { hasText: button }).click()
  }

  /** Picks an entry of the quick pick. */
  async pick(text: string | RegExp): Promise<void> {
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first().click()
  }

  /** Waits until the run's terminal shows something. */
  async untilTerminal(text: string | RegExp, milliseconds = 60_000): Promise<void> {
    await this.terminal.filter({ hasText: text }).waitFor({ timeout: milliseconds })
  }
}
