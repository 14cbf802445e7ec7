import { t } from '@vscode/l10n'
import type { Machine } from '../../fleet/fleet'
import { type Prompts, RemoteError } from '../connection'
import { type HostKeyOptions, readHostKeys } from '../host-key'
import type { Link } from '../link'
import type { MachineSettings } from '../machine-settings'
import { type Lease, type LeaseWishes, leadsNowhere, leaseJump, type WayOptions } from '../way'
import type { ConnectWishes } from './arguments'
import { loneLink } from './lone-link'
import { lookAtHostKey } from './look-at-host-key'
import { masterLink } from './master-link'
import { HostKeyNotVerified } from './openssh-error'
import type { OpensshSession } from './openssh-session'
import { startMaster } from './start-master'

/** What opening any connection with ssh needs. */
export interface OpenOpensshOptions extends WayOptions {
  readonly prompts: Prompts
  readonly openssh: OpensshSession
  readonly inTurn: HostKeyOptions['inTurn']
  /** Aborts when the connection is no longer wanted. */
  readonly signal: AbortSignal
}

/**
 * Opens a verified and authenticated connection with the system's ssh, through jump hosts if there are any. Host keys are always
 * verified: by ssh (`StrictHostKeyChecking yes`), and keys that it does not know or accept are checked by us, as with ssh2. `wishes`
 * apply to its own jump host. Throws RemoteError, whose phase says how far it got.
 */
export async function openWithOpenssh(
  machine: Machine,
  settings: MachineSettings,
  options: OpenOpensshOptions,
  wishes: LeaseWishes,
): Promise<Link> {
  if (!settings.resolvedBySsh)
    throw new RemoteError(machine.name, 'resolve', t('OpenSSH (ssh) was not found on this machine.'), {
      remedy: t('Install OpenSSH, put it on PATH, or set fleetOps.ssh.client (FLEET_OPS_SSH_CLIENT) to "auto".'),
    })
  const jump =
    settings.proxyJump === undefined
      ? undefined
      : await leaseJump(machine, settings.proxyJump, options.lease, { ...wishes, client: 'openssh' })
  try {
    const link = await open(machine, settings, options, jump)
    void link.closed.then(() => jump?.release())
    return link
  } catch (error) {
    jump?.release()
    const why = jump?.link.lastForwardFailure?.()
    throw why !== undefined &&
      settings.proxyJump !== undefined &&
      error instanceof RemoteError &&
      error.phase === 'connect'
      ? leadsNowhere(machine, settings, settings.proxyJump, why, error)
      : error
  }
}

async function open(
  machine: Machine,
  settings: MachineSettings,
  options: OpenOpensshOptions,
  jump: Lease | undefined,
): Promise<Link> {
  const hostKeys = await readHostKeys(machine.name, settings, options)
  const { sharesConnections, asks } = options.openssh.abilities
  const wishes: ConnectWishes = {
    hostKeyAlgorithms: hostKeys.algorithms,
    mayAsk: asks,
    ...(jump?.link.proxyCommand === undefined ? {} : { proxyCommand: jump.link.proxyCommand }),
  }
  const logins = jump?.link.logins ?? options.openssh.loginsTo(settings)
  const start = async () =>
    sharesConnections
      ? masterLink(settings, await startMaster(machine, settings, options, wishes), options)
      : loneLink(machine, settings, options, wishes, logins)
  try {
    return await start()
  } catch (error) {
    if (!(error instanceof HostKeyNotVerified)) throw error
    await hostKeys.verify(await logins.run(() => lookAtHostKey(machine, settings, options, wishes)))
    return start()
  }
}
