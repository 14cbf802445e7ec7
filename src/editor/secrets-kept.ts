import type * as vscode from 'vscode'

/** VS Code's SecretStorage, which fails on a machine without a keyring: then nothing is kept, and that is logged. Never throws. */
export class SecretsKept {
  readonly #storage: vscode.SecretStorage
  readonly #log: vscode.LogOutputChannel

  constructor(storage: vscode.SecretStorage, log: vscode.LogOutputChannel) {
    this.#storage = storage
    this.#log = log
  }

  /** What is kept; undefined if nothing is, or storage fails. */
  async get(key: string): Promise<string | undefined> {
    let kept: string | undefined
    await this.#succeeds(async () => {
      kept = await this.#storage.get(key)
    })
    return kept
  }

  /** Answers whether it was kept. */
  store(key: string, secret: string): Promise<boolean> {
    return this.#succeeds(() => this.#storage.store(key, secret))
  }

  /** Answers whether it was deleted. */
  delete(key: string): Promise<boolean> {
    return this.#succeeds(() => this.#storage.delete(key))
  }

  async #succeeds(work: () => PromiseLike<void>): Promise<boolean> {
    try {
      await work()
      return true
    } catch (error) {
      this.#log.warn('The secret storage cannot be used', error as Error)
      return false
    }
  }
}
