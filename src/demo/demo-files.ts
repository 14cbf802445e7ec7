import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceWholeFile } from '../files/whole-file'

/** The file whose presence marks a folder as a demo fleet's; it remembers the ports that fleet.yaml names. */
const demoMarker = '.fleet-ops-demo'

interface DemoPorts {
  readonly ports: Readonly<Record<string, number>>
}

/** The ports that an earlier demo in this folder used, by server; empty if there was none. */
export async function readDemoPorts(directory: string): Promise<Readonly<Record<string, number>>> {
  const text = await readFile(join(directory, demoMarker), 'utf8').catch(() => '')
  try {
    const { ports } = JSON.parse(text) as Partial<DemoPorts>
    return ports ?? {}
  } catch {
    return {}
  }
}

export interface DemoServerFacts {
  readonly name: string
  readonly port: number
  /** As in authorized_keys: type and base64. */
  readonly hostKey: string
}

/**
 * Writes what connecting to the demo's servers needs: the user's key, known_hosts, the marker, and fleet.yaml.
 * An existing fleet.yaml belongs to the user: only ports that have changed are updated in it.
 */
export async function writeDemoFiles(
  directory: string,
  servers: readonly DemoServerFacts[],
  userKey: string,
  fleetYaml: (ports: Readonly<Record<string, number>>) => string,
  /** Of what is no server, by name. */
  others: Readonly<Record<string, number>> = {},
): Promise<void> {
  await mkdir(directory, { recursive: true })
  const ports = { ...Object.fromEntries(servers.map(({ name, port }) => [name, port])), ...others }
  const before = await readDemoPorts(directory)
  const existing = await readFile(join(directory, 'fleet.yaml'), 'utf8').catch(() => undefined)
  await replaceWholeFile(join(directory, 'demo_key'), userKey, 0o600)
  await replaceWholeFile(
    join(directory, 'known_hosts'),
    servers.map(({ port, hostKey }) => `[127.0.0.1]:${port} ${hostKey}\n`).join(''),
    0o644,
  )
  const text = existing === undefined ? fleetYaml(ports) : withPorts(existing, before, ports)
  if (text !== existing) await replaceWholeFile(join(directory, 'fleet.yaml'), text, 0o644)
  await replaceWholeFile(join(directory, demoMarker), `${JSON.stringify({ ports } satisfies DemoPorts)}\n`, 0o644)
}

function withPorts(
  text: string,
  before: Readonly<Record<string, number>>,
  now: Readonly<Record<string, number>>,
): string {
  return text.replace(/(\bport: *|\b127\.0\.0\.1:)(\d+)/g, (whole, key: string, digits: string) => {
    const server = Object.keys(before).find(name => before[name] === Number(digits))
    return server !== undefined && now[server] !== undefined ? `${key}${now[server]}` : whole
  })
}
