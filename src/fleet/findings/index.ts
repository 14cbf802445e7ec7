import { backupNotAllowed } from './backup-not-allowed'
import { duplicateAddress } from './duplicate-address'
import { duplicateWorker } from './duplicate-worker'
import { insecureUrl } from './insecure-url'
import { invalidAddress } from './invalid-address'
import { loadBalancerNamedTwice } from './load-balancer-named-twice'
import { loopbackAddress } from './loopback-address'
import { maxConnsMismatch } from './max-conns-mismatch'
import { maxConnsZone } from './max-conns-zone'
import { noLiveWorker } from './no-live-worker'
import { noSpareWorker } from './no-spare-worker'
import { portOutOfRange } from './port-out-of-range'
import type { FindingRule } from './rule'
import { secretInFile } from './secret-in-file'
import { serverNameUnquoted } from './server-name-unquoted'
import { serverOverCores } from './server-over-cores'
import { serverOverMemory } from './server-over-memory'
import { unitPort } from './unit-port'
import { unknownServer } from './unknown-server'
import { unknownWorker } from './unknown-worker'
import { unsafeTemplate } from './unsafe-template'
import { workerOverCore } from './worker-over-core'

/** Every rule about the meaning of a fleet.yaml. The order does not matter. */
export const findingRules: readonly FindingRule[] = [
  unknownServer,
  loadBalancerNamedTwice,
  serverNameUnquoted,
  unknownWorker,
  duplicateAddress,
  duplicateWorker,
  portOutOfRange,
  loopbackAddress,
  invalidAddress,
  backupNotAllowed,
  noLiveWorker,
  secretInFile,
  workerOverCore,
  serverOverCores,
  serverOverMemory,
  unitPort,
  maxConnsMismatch,
  maxConnsZone,
  noSpareWorker,
  insecureUrl,
  unsafeTemplate,
]
