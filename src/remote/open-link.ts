import type { Machine } from '../fleet/fleet'
import type { ClientChoice } from './client-choice'
import { isNoCommonAlgorithm } from './connect-error'
import type { Link } from './link'
import { type OpenOptions, openConnection } from './open-connection'
import { type OpenOpensshOptions, openWithOpenssh } from './openssh/open-openssh'
import { whyOpenssh } from './openssh/why-openssh'
import { resolveMachine } from './resolve'
import type { LeaseWishes } from './way'

export type OpenLinkOptions = OpenOptions & OpenOpensshOptions

/**
 * Opens a verified and authenticated connection to a machine with one of the two clients. `auto` means ssh2, unless the machine needs a
 * feature that only the system's ssh has. `waiter` is the machine's key if it is itself a jump host.
 * Throws RemoteError, whose phase says how far it got.
 */
export async function openLink(
  machine: Machine,
  options: OpenLinkOptions,
  client: ClientChoice,
  waiter?: string,
): Promise<Link> {
  const settings = await resolveMachine(machine, options.environment, options.signal)
  const withOpenssh = () => openWithOpenssh(machine, settings, options, { client: 'openssh', waiter })
  const wishes: LeaseWishes = { client, waiter }
  if (client === 'openssh') return withOpenssh()
  if (client === 'ssh2' || !settings.resolvedBySsh) return openConnection(machine, settings, options, wishes)
  if ((await whyOpenssh(machine.name, settings, options.environment)) !== undefined) return withOpenssh()
  try {
    return await openConnection(machine, settings, options, wishes)
  } catch (error) {
    if (isNoCommonAlgorithm(error)) return withOpenssh()
    throw error
  }
}
