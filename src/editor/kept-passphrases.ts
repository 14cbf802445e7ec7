import * as vscode from 'vscode'
import type { KeptPassphrases } from '../remote/connection'
import type { KnownSecrets } from '../remote/known-secrets'
import { SecretsKept } from './secrets-kept'

const keyOf = (fingerprint: string) => `fleetOps.passphrase:${fingerprint}`
/** The files whose passphrases are kept, by fingerprint: SecretStorage does not list them. */
const known = 'fleetOps.keptPassphrases'

type KnownFiles = Readonly<Record<string, string>>

/** Passphrases that the operator chose to keep, in SecretStorage: one for each key file, as the file was when it was unlocked. */
export class KeptPassphrasesOfOperator implements KeptPassphrases {
  readonly #kept: SecretsKept
  readonly #state: vscode.Memento
  readonly #known: KnownSecrets

  constructor(
    { secrets, globalState }: Pick<vscode.ExtensionContext, 'secrets' | 'globalState'>,
    known: KnownSecrets,
    log: vscode.LogOutputChannel,
  ) {
    this.#kept = new SecretsKept(secrets, log)
    this.#state = globalState
    this.#known = known
  }

  async get(fingerprint: string): Promise<string | undefined> {
    const kept = await this.#kept.get(keyOf(fingerprint))
    if (kept !== undefined) this.#known.add(kept)
    return kept
  }

  async forget(fingerprint: string): Promise<void> {
    const { [fingerprint]: _, ...others } = this.#files()
    await this.#kept.delete(keyOf(fingerprint))
    await this.#state.update(known, others)
  }

  offer(key: { path: string; fingerprint: string }, passphrase: string): void {
    void this.#ask(key, passphrase)
  }

  /** Forgets all of them, and reports it. */
  async forgetAll(): Promise<void> {
    const files = this.#files()
    for (const fingerprint of Object.keys(files)) await this.forget(fingerprint)
    const paths = [...new Set(Object.values(files))]
    void vscode.window.showInformationMessage(
      paths.length === 0
        ? vscode.l10n.t('No passphrase is stored.')
        : vscode.l10n.t(
            'Forgotten: the passphrase of {0}. An unlocked key stays unlocked until this window closes.',
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
    if (await this.#kept.store(keyOf(fingerprint), passphrase))
      await this.#state.update(known, { ...this.#files(), [fingerprint]: path })
  }

  #files(): KnownFiles {
    return this.#state.get<KnownFiles>(known, {})
  }
}
