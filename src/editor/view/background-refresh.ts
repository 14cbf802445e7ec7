import * as vscode from 'vscode'

/**
 * Calls `refresh` when the view becomes visible, and then repeatedly while it is: `fleetOps.refreshInterval` seconds
 * after the last refresh ended. A slow refresh is never overtaken by another.
 */
export class BackgroundRefresh implements vscode.Disposable {
  readonly #view: vscode.TreeView<unknown>
  readonly #refresh: () => Promise<void>
  readonly #subscriptions: vscode.Disposable
  #timer: NodeJS.Timeout | undefined
  #underWay = false
  #again = false
  #disposed = false

  /** @param refresh never rejects */
  constructor(view: vscode.TreeView<unknown>, refresh: () => Promise<void>) {
    this.#view = view
    this.#refresh = refresh
    this.#subscriptions = vscode.Disposable.from(
      view.onDidChangeVisibility(() => this.#run()),
      vscode.workspace.onDidChangeConfiguration(change => {
        if (change.affectsConfiguration('fleetOps.refreshInterval')) void this.#run()
      }),
    )
    void this.#run()
  }

  /** Refreshes at once, or as soon as the refresh under way has ended. */
  soon(): void {
    this.#again = this.#underWay
    void this.#run()
  }

  dispose(): void {
    this.#disposed = true
    clearTimeout(this.#timer)
    this.#subscriptions.dispose()
  }

  async #run(): Promise<void> {
    clearTimeout(this.#timer)
    if (this.#disposed || !this.#view.visible || this.#underWay) return
    this.#underWay = true
    await this.#refresh().finally(() => {
      this.#underWay = false
    })
    if (this.#disposed) return
    if (this.#again) {
      this.soon()
      return
    }
    const seconds = vscode.workspace.getConfiguration('fleetOps').get<number>('refreshInterval', 10)
    if (seconds > 0) this.#timer = setTimeout(() => this.#run(), seconds * 1000)
  }
}
