import * as vscode from 'vscode'
import { withoutControls } from '../fleet/without-controls'
import type { KeptPassphrases, Prompts, SecretQuestion } from '../remote/connection'
import type { KnownSecrets } from '../remote/known-secrets'

/**
 * Asks the operator what a connection needs to know: one question at a time, however many servers are being reached.
 * A machine whose question was cancelled, or answered wrongly to the last try, is not asked about again until the operator asks for it,
 * so that the refresh in the background does not nag.
 */
export class OperatorPrompts implements Prompts {
  readonly passphrases: KeptPassphrases
  readonly #secrets: KnownSecrets
  readonly #declined = new Set<string>()
  readonly #usedUp = new Set<string>()
  #last: Promise<unknown> = Promise.resolve()

  constructor(passphrases: KeptPassphrases, secrets: KnownSecrets) {
    this.passphrases = passphrases
    this.#secrets = secrets
  }

  /** Forgets what was cancelled: called when an operator requests something by hand. */
  askAgain(): void {
    this.#declined.clear()
    this.#usedUp.clear()
  }

  async trustHostKey(question: Parameters<Prompts['trustHostKey']>[0]): Promise<boolean> {
    const { machine, host, keyType, fingerprint, file } = question
    const trust = vscode.l10n.t('Trust and Remember')
    const answer = await this.#ask(machine, () =>
      vscode.window.showWarningMessage(
        vscode.l10n.t('Is this really {0}?', machine),
        {
          modal: true,
          detail: vscode.l10n.t(
            "{0} is not in {1} yet. It presented this {2} key:\n\n{3}\n\nCompare it with the server's own fingerprint before you trust it.",
            host,
            file,
            keyType,
            fingerprint,
          ),
        },
        trust,
      ),
    )
    return answer === trust
  }

  secret({ machine, reason, echo, tries }: SecretQuestion): Promise<string | undefined> {
    const tried = `${machine}: ${tries?.of}`
    return this.#ask(machine, async () => {
      if (this.#usedUp.has(tried)) return undefined
      const answer = await vscode.window.showInputBox({
        title: vscode.l10n.t('Connecting to {0}', machine),
        prompt: withoutControls(reason.charAt(0).toUpperCase() + reason.slice(1)),
        placeHolder: vscode.l10n.t('Press Escape to skip {0} only', machine),
        password: !echo,
        ignoreFocusOut: true,
      })
      if (answer !== undefined && !echo) this.#secrets.add(answer)
      if (tries?.isLast) this.#usedUp.add(tried)
      return answer
    })
  }

  #ask<T>(machine: string, question: () => Thenable<T | undefined>): Promise<T | undefined> {
    const asked = this.#last.then(async () => {
      if (this.#declined.has(machine)) return undefined
      const answer = await question()
      if (answer === undefined) this.#declined.add(machine)
      return answer
    })
    this.#last = asked.catch(() => undefined)
    return asked
  }
}
