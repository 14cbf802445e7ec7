import { existsSync } from 'node:fs'
import type { Machine } from '../../fleet/fleet'
import type { MachineSettings } from '../machine-settings'
import { type ConnectWishes, masterArguments } from './arguments'
import type { OpenOpensshOptions } from './open-openssh'
import { type OpenSsh, openSsh } from './open-ssh'

/** An ssh whose connection other processes share. */
export interface Master extends OpenSsh {
  readonly controlPath: string
}

/** Starts one, and resolves once the connection is verified and authenticated. Throws RemoteError, or HostKeyNotVerified. */
export async function startMaster(
  machine: Machine,
  settings: MachineSettings,
  options: OpenOpensshOptions,
  wishes: ConnectWishes,
): Promise<Master> {
  const controlPath = await options.openssh.newPath()
  const args = masterArguments(machine, settings, { controlPath, ...wishes })
  const open = await openSsh(machine, settings, options, args, { isOpen: () => existsSync(controlPath) })
  return Object.assign(open, { controlPath })
}
