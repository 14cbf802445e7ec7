import type * as vscode from 'vscode'
import { secretVariables, withoutSecrets } from '../remote/without-secrets'

/** The secrets that this window has been told, in memory only: so that nothing that it shows or writes down holds one of them. */
export class KnownSecrets {
  readonly #values = new Set<string>(secretVariables.map(variable => process.env[variable] ?? ''))

  add(secret: string): void {
    this.#values.add(secret)
  }

  /** Takes them out of a text. */
  readonly hideIn = (text: string): string => withoutSecrets(text, this.#values)

  /** A channel through which none of them passes, whoever writes to it. */
  hideFrom(channel: vscode.LogOutputChannel): vscode.LogOutputChannel {
    return new Proxy(channel, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target)
        if (typeof value !== 'function') return value
        return (...args: unknown[]) => value.apply(target, args.map(this.#hideInArgument))
      },
    })
  }

  readonly #hideInArgument = (argument: unknown): unknown => {
    if (argument instanceof Error) return this.hideIn(argument.stack ?? argument.message)
    return typeof argument === 'string' ? this.hideIn(argument) : argument
  }
}
