import * as vscode from 'vscode'
import { isClearText } from '../fleet/base-urls'
import type { KnownSecrets } from '../remote/known-secrets'
import { SecretsKept } from './secrets-kept'

const keyOf = (url: string) => `fleetOps.voxbridgeToken:${url}`
/** The keys of the tokens that are kept: SecretStorage does not list them. */
const known = 'fleetOps.voxbridgeUrls'

/** The tokens of VoxBridges, one each: asked for once, kept in SecretStorage where the machine has one, and forgotten on request. */
export class VoxbridgeTokens {
  readonly #kept: SecretsKept
  readonly #state: vscode.Memento
  readonly #known: KnownSecrets

  constructor(
    { secrets, globalState }: Pick<vscode.ExtensionContext, 'secrets' | 'globalState'>,
    knownSecrets: KnownSecrets,
    log: vscode.LogOutputChannel,
  ) {
    this.#kept = new SecretsKept(secrets, log)
    this.#state = globalState
    this.#known = knownSecrets
  }

  /** The token of a VoxBridge; undefined if the operator does not give it. */
  async of(url: string): Promise<string | undefined> {
    const token = (await this.#kept.get(keyOf(url))) ?? (await this.#ask(url))
    if (token !== undefined) this.#known.add(token)
    return token
  }

  /** Forgets every token, and reports it. */
  async forget(): Promise<void> {
    const urls = this.#state.get<readonly string[]>(known, [])
    await Promise.all(urls.map(url => this.#kept.delete(keyOf(url))))
    await this.#state.update(known, undefined)
    void vscode.window.showInformationMessage(
      urls.length === 0
        ? vscode.l10n.t('No VoxBridge token is stored.')
        : vscode.l10n.t('Forgotten: the token of {0}. You are asked for it when it is next needed.', urls.join(', ')),
    )
  }

  async #ask(url: string): Promise<string | undefined> {
    const typed = await vscode.window.showInputBox({
      title: vscode.l10n.t('VoxBridge at {0}', url),
      prompt: isClearText(url)
        ? vscode.l10n.t(
            "A super-admin's bearer token. It is kept in this machine's secret storage, and goes to {0} unencrypted.",
            url,
          )
        : vscode.l10n.t("A super-admin's bearer token. It is kept in this machine's secret storage."),
      password: true,
      ignoreFocusOut: true,
      validateInput: text =>
        /^[\x21-\x7e]*$/.test(text.trim()) ? undefined : vscode.l10n.t('A token cannot contain spaces.'),
    })
    const token = typed?.trim()
    if (!token) return undefined
    if (await this.#kept.store(keyOf(url), token))
      await this.#state.update(known, [...new Set([...this.#state.get<readonly string[]>(known, []), url])])
    return token
  }
}
