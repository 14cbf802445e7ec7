import type { VoxbridgeToken } from '../voxbridge/access'
import type { Console } from './console'

/** VoxBridge's token, from the environment alone: an argument would be seen by everybody on this machine, and kept in a history. */
export const tokenOf =
  ({ environment }: Console): VoxbridgeToken =>
  async () =>
    environment.FLEET_OPS_VOXBRIDGE_TOKEN
