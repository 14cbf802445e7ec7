import type * as vscode from 'vscode'
import { hidingSecrets, secretVariables } from '../remote/hiding-secrets'

/** The secrets that this window has been told, in memory only: so that nothing that it shows or writes down holds one of them. */
export class KnownSecrets {
  readonly #values = new Set<string>(secretVariables.map(variable => process.env[variable] ?? ''))
  #hide = hidingSecrets(this.#values)

  add(secret: string): void {
    this.#values.add(secret)
    this.#hide = hidingSecrets(this.#values)
  }

  /** Takes them out of a text. */
  readonly hideIn = (text: string): string => this.#hide(text)

  /** A channel through which none of them passes, whoever writes to it. */
  hideFrom(channel: vscode.LogOutputChannel): vscode.LogOutputChannel {
    // Not of the channel itself: were it frozen, another function could not stand in the place of one of its own.
    return new Proxy(Object.create(channel), {
      get: (_, name) => {
        const value: unknown = Reflect.get(channel, name, channel)
        if (typeof value !== 'function') return value
        return (...args: unknown[]) => value.apply(channel, args.map(this.#hideInArgument))
      },
    })
  }

  readonly #hideInArgument = (argument: unknown): unknown => {
    if (argument instanceof Error) return this.hideIn(argument.stack ?? argument.message)
    return typeof argument === 'string' ? this.hideIn(argument) : argument
  }
}
