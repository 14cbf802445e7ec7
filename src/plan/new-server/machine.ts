import { t } from '@vscode/l10n'
import type { Fleet, Machine, Server, SshOptions } from '../../fleet/fleet'
import { readSshDestination, type SshDestination } from '../../fleet/ssh-destination'
import { type OperationArguments, OperationError } from '../operation'
import { serverNamed } from '../select'

/**
 * Reads `[USER@]HOST[:PORT]`. An IPv6 address needs brackets if a port follows it. Throws OperationError for anything else.
 */
export function readHost(text: string): SshDestination {
  const destination = readSshDestination(text)
  if (!destination)
    throw new OperationError(
      t('"{0}" is not a valid host', text),
      t('give it as for ssh: 10.0.0.4, core-4.example.com, deploy@10.0.0.4 or 10.0.0.4:2222, [2001:db8::4]:2222'),
    )
  return destination
}

/** The name for a new server. Throws OperationError if it is not valid. */
export function nameOfNew({ server }: OperationArguments): string {
  if (server !== undefined && /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(server)) return server
  throw new OperationError(
    server === undefined ? t('the new server has no name') : t('"{0}" is not a valid server name', server),
    t('give --server with letters, digits, dots, hyphens and underscores, such as core-4'),
  )
}

/** How the new server is reached: as fleet.yaml says if it is in there, else as it will say. */
export function machineOfNew(fleet: Fleet, given: OperationArguments): Machine {
  const name = nameOfNew(given)
  const known = fleet.servers.find(server => server.name === name)
  if (known) return { name, host: known.host, ssh: known.ssh }
  const { host, user = fleet.ssh.user, port = fleet.ssh.port } = readHost(given.host ?? name)
  const ssh: SshOptions = {
    ...fleet.ssh,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port }),
  }
  return { name, host, ssh }
}

/**
 * The server that a new one is copied from: the named one, else the first that nginx reaches over the network, as it will
 * reach the new one, else the first. Undefined if there is no other. Throws OperationError for an unknown name.
 */
export function sourceOf(fleet: Fleet, given: OperationArguments): Server | undefined {
  if (given.from !== undefined) {
    if (given.from === given.server)
      throw new OperationError(t('{0} cannot be copied from itself', given.from), t('give --from another server'))
    return serverNamed(fleet, given.from)
  }
  const others = fleet.servers.filter(({ name }) => name !== given.server)
  return others.find(({ name }) => name !== fleet.loadBalancer.server) ?? others[0]
}
