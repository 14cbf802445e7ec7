import type * as vscode from 'vscode'
import type { KnownSecrets } from '../remote/known-secrets'

/** A channel through which no known secret passes, whoever writes to it. */
export function channelWithoutSecrets(
  channel: vscode.LogOutputChannel,
  secrets: KnownSecrets,
): vscode.LogOutputChannel {
  const hideInArgument = (argument: unknown): unknown => {
    if (argument instanceof Error) return secrets.hideIn(argument.stack ?? argument.message)
    return typeof argument === 'string' ? secrets.hideIn(argument) : argument
  }
  // Not of the channel itself: were it frozen, another function could not stand in the place of one of its own.
  return new Proxy(Object.create(channel), {
    get: (_, name) => {
      const value: unknown = Reflect.get(channel, name, channel)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => value.apply(channel, args.map(hideInArgument))
    },
  })
}
