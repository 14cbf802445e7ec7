import { duplicateAddress } from './duplicate-address'
import { loopbackAddress } from './loopback-address'
import { portOutOfRange } from './port-out-of-range'
import type { FindingRule } from './rule'
import { serverOverCores } from './server-over-cores'
import { unknownServer } from './unknown-server'
import { workerOverCore } from './worker-over-core'

/** Every rule about the meaning of a fleet.yaml. The order does not matter. */
export const findingRules: readonly FindingRule[] = [
  unknownServer,
  duplicateAddress,
  portOutOfRange,
  loopbackAddress,
  workerOverCore,
  serverOverCores,
]
