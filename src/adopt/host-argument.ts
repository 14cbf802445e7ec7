import { t } from '@vscode/l10n'
import type { Machine, SshOptions } from '../fleet/fleet'
import { readSshDestination } from '../fleet/ssh-destination'
import { AdoptError } from './adopt-error'

/**
 * The machine that `[user@]host[:port]` or `ssh://…` means, as ssh accepts them; an IPv6 address with a port is in brackets.
 * `ssh` applies to every host. Throws AdoptError if the text names no machine.
 */
export function machineOf(given: string, ssh: SshOptions = {}): Machine {
  const destination = readSshDestination(given)
  if (!destination)
    throw new AdoptError(t('{0} is not a valid host', JSON.stringify(given)), {
      remedy: t('write it as [user@]host[:port], an IPv6 address in brackets, or as an alias of ~/.ssh/config'),
      asked: true,
    })
  const { host, ...login } = destination
  return { name: host, host, ssh: { ...ssh, ...login } }
}
