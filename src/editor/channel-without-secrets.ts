import type * as vscode from 'vscode'
import type { KnownSecrets } from '../remote/known-secrets'

/** A channel that lets no known secret through, whatever code writes to it. */
export function channelWithoutSecrets(
  channel: vscode.LogOutputChannel,
  secrets: KnownSecrets,
): vscode.LogOutputChannel {
  const hideInArgument = (argument: unknown): unknown => {
    if (argument instanceof Error) return secrets.hideIn(argument.stack ?? argument.message)
    return typeof argument === 'string' ? secrets.hideIn(argument) : argument
  }
  // Not a proxy of the channel itself: if it were frozen, none of its own functions could be replaced.
  return new Proxy(Object.create(channel), {
    get: (_, name) => {
      const value: unknown = Reflect.get(channel, name, channel)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => value.apply(channel, args.map(hideInArgument))
    },
  })
}
