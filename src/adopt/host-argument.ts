import { t } from '@vscode/l10n'
import type { Machine, SshOptions } from '../fleet/fleet'
import { AdoptError } from './adopt-error'

/** What the schema of fleet.yaml takes as a `host`: no user, no port, nothing that a shell or ssh would take for something else. */
const host = /^(?!-)[^\s@/'"`$\\;&<>|(){},#?*!:[\]]{1,253}$/
const user = /^[A-Za-z0-9_][A-Za-z0-9_.@+-]*\$?$/

/**
 * The machine that `[user@]host[:port]` or `ssh://…` means, as ssh takes them; an IPv6 address with a port stands in brackets.
 * `ssh` is what holds for every host. Throws AdoptError if it is none.
 */
export function machineOf(given: string, ssh: SshOptions = {}): Machine {
  const [, name, bracketed, plain, port] =
    /^(?:ssh:\/\/)?(?:(.+)@)?(?:\[([0-9A-Fa-f:.]+)\]|([^@[\]]+?))(?::(\d{1,5}))?$/.exec(given.trim()) ?? []
  const bare = bracketed ?? plain ?? ''
  // Without brackets, more than one colon is an IPv6 address as a whole.
  const whole = /^[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$/.test(given.trim()) ? given.trim() : undefined
  const found = whole ?? bare
  const isHost = whole !== undefined || bracketed !== undefined || host.test(found)
  if (!isHost || (name !== undefined && !user.test(name)) || Number(port ?? 22) > 65_535 || Number(port ?? 22) < 1)
    throw new AdoptError(t('{0} is not a valid host', JSON.stringify(given)), {
      remedy: t('write it as [user@]host[:port], an IPv6 address in brackets, or as an alias of ~/.ssh/config'),
      asked: true,
    })
  return {
    name: found,
    host: found,
    ssh: {
      ...ssh,
      ...(name === undefined ? {} : { user: name }),
      ...(port === undefined || whole !== undefined ? {} : { port: Number(port) }),
    },
  }
}
