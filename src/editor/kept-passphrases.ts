import * as vscode from 'vscode'
import type { KeptPassphrases } from '../remote/connection'
import type { KnownSecrets } from '../remote/known-secrets'

const keyOf = (fingerprint: string) => `fleetOps.passphrase:${fingerprint}`
/** The files whose passphrases are kept, by fingerprint: SecretStorage does not list them. */
const known = 'fleetOps.keptPassphrases'

type KnownFiles = Readonly<Record<string, string>>

/** Passphrases that the operator chose to keep, in SecretStorage: one for each key file as it was when it was opened. */
export class KeptPassphrasesOfOperator implements KeptPassphrases {
  readonly #secrets: vscode.SecretStorage
  readonly #state: vscode.Memento
  readonly #known: KnownSecrets
  readonly #log: vscode.LogOutputChannel

  constructor(
    { secrets, globalState }: Pick<vscode.ExtensionContext, 'secrets' | 'globalState'>,
    known: KnownSecrets,
    log: vscode.LogOutputChannel,
  ) {
    this.#secrets = secrets
    this.#state = globalState
    this.#known = known
    this.#log = log
  }

  async get(fingerprint: string): Promise<string | undefined> {
    // A machine without a keyring refuses: then it is asked for.
    const kept = await this.#unlessRefused(this.#secrets.get(keyOf(fingerprint)))
    if (kept !== undefined) this.#known.add(kept)
    return kept
  }

  async forget(fingerprint: string): Promise<void> {
    const { [fingerprint]: _, ...others } = this.#files()
    await this.#unlessRefused(this.#secrets.delete(keyOf(fingerprint)))
    await this.#state.update(known, others)
  }

  offer(key: { path: string; fingerprint: string }, passphrase: string): void {
    void this.#unlessRefused(this.#ask(key, passphrase))
  }

  /** Forgets all of them, and says so. */
  async forgetAll(): Promise<void> {
    const files = this.#files()
    for (const fingerprint of Object.keys(files)) await this.forget(fingerprint)
    const paths = [...new Set(Object.values(files))]
    void vscode.window.showInformationMessage(
      paths.length === 0
        ? vscode.l10n.t('No passphrase was kept.')
        : vscode.l10n.t(
            'Forgotten: the passphrase of {0}. A key that is open stays open until this window closes.',
            paths.join(', '),
          ),
    )
  }

  async #ask({ path, fingerprint }: { path: string; fingerprint: string }, passphrase: string): Promise<void> {
    const remember = vscode.l10n.t('Remember')
    const answer = await vscode.window.showInformationMessage(
      vscode.l10n.t("Remember the passphrase of {0}? It is kept in this machine's secret storage.", path),
      remember,
      vscode.l10n.t('Not Now'),
    )
    if (answer !== remember) return
    await this.#secrets.store(keyOf(fingerprint), passphrase)
    await this.#state.update(known, { ...this.#files(), [fingerprint]: path })
  }

  #files(): KnownFiles {
    return this.#state.get<KnownFiles>(known, {})
  }

  async #unlessRefused<T>(work: Thenable<T>): Promise<T | undefined> {
    try {
      return await work
    } catch (error) {
      this.#log.warn('The secret storage cannot be used', error as Error)
      return undefined
    }
  }
}
