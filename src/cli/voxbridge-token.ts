import type { VoxbridgeToken } from '../voxbridge/access'
import type { Console } from './console'

/**
 * VoxBridge's token, from the environment only: an argument would be visible to every user of this machine, and stay in shell
 * histories.
 */
export const tokenOf =
  ({ environment }: Console): VoxbridgeToken =>
  async () =>
    environment.FLEET_OPS_VOXBRIDGE_TOKEN
