import { join } from 'node:path'
import { readDemoPorts, writeDemoFiles } from './demo-files'
import { demoFleetYaml, demoServers } from './demo-servers'
import { newKey } from './new-key'
import { seededRandom } from './random'
import { SimulatedServer } from './simulated-server'
import { type SimulatedVoxbridge, startVoxbridge } from './simulated-voxbridge'
import { type SshServer, startSshServer } from './ssh-server'
import { Traffic } from './traffic'

/** A fleet of simulated servers in this process, reached over real SSH on loopback. */
export interface DemoFleet {
  /** The path of its fleet.yaml. */
  readonly file: string
  dispose(): Promise<void>
}

/**
 * Starts the demo's servers and writes fleet.yaml, a key and known_hosts into `directory`, which is created if needed.
 * `seed` makes the calls come and go in the same way each time.
 */
export async function startDemoFleet({
  directory,
  seed = Date.now(),
}: {
  directory: string
  seed?: number
}): Promise<DemoFleet> {
  const userKey = newKey('demo')
  const earlier = await readDemoPorts(directory)
  const servers = demoServers.map(beginning => new SimulatedServer(beginning))
  const started: (SshServer & { name: string; hostKey: string })[] = []
  const traffic = new Traffic(servers, seededRandom(seed))
  let voxbridge: SimulatedVoxbridge | undefined
  const dispose = async () => {
    traffic.dispose()
    await voxbridge?.dispose()
    await Promise.all(started.map(server => server.dispose()))
  }
  try {
    for (const server of servers) {
      const hostKey = newKey()
      const sshd = await startSshServer(server, {
        hostKey: hostKey.private,
        userKey: userKey.public,
        preferredPort: earlier[server.name] ?? 0,
        network: servers,
      })
      started.push({ ...sshd, name: server.name, hostKey: hostKey.public })
    }
    voxbridge = await startVoxbridge(servers, earlier.voxbridge)
    const others = { voxbridge: voxbridge.port }
    await writeDemoFiles(directory, started, userKey.private, ports => demoFleetYaml(directory, ports), others)
  } catch (error) {
    await dispose()
    throw error
  }
  return { file: join(directory, 'fleet.yaml'), dispose }
}
