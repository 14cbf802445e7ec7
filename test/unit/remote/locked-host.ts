import type { Connection } from '../../../src/remote/connection'
import { createConnections } from '../../../src/remote/connections'
import { type FleetHost, type FleetHostWishes, startFleetHost } from '../../quick/fleet-host'
import { type HeldLock, takeLock } from './held-lock'
import { nobody } from './one-server'

/** A host of a fleet, connected to, with the fleet's lock held on it: what scripts that change something need. */
export interface LockedHost {
  readonly host: FleetHost
  readonly connection: Connection
  readonly lock: HeldLock
  stop(): Promise<void>
}

export async function startLockedHost(wishes: FleetHostWishes = {}): Promise<LockedHost> {
  const host = await startFleetHost(wishes)
  const connections = createConnections({ prompts: nobody })
  const connection = await connections.to(host.machine)
  const lock = await takeLock(connection)
  return {
    host,
    connection,
    lock,
    async stop() {
      await lock.release()
      await connections.dispose()
      await host.stop()
    },
  }
}
