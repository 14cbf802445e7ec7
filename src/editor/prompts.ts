import * as vscode from 'vscode'
import type { Prompts } from '../remote/connection'

/**
 * Asks the operator what a connection needs to know: one question at a time, however many servers are being reached.
 * A machine whose question was cancelled is not asked about again until someone asks for it, so that the refresh in the
 * background does not nag.
 */
export class OperatorPrompts implements Prompts {
  readonly #declined = new Set<string>()
  #last: Promise<unknown> = Promise.resolve()

  /** Forgets what was cancelled: called when an operator asks for something by hand. */
  askAgain(): void {
    this.#declined.clear()
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
            '{0} is not in {1} yet. It shows this {2} key:\n\n{3}\n\nCompare it with what you know of the server before you trust it.',
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

  async secret({ machine, reason, echo }: Parameters<Prompts['secret']>[0]): Promise<string | undefined> {
    return this.#ask(machine, () =>
      vscode.window.showInputBox({ title: machine, prompt: reason, password: !echo, ignoreFocusOut: true }),
    )
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
