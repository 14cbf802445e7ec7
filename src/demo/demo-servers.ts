import { join } from 'node:path'
import type { ServerBeginning } from './simulated-server'
import { demoToken } from './simulated-voxbridge'

const upstreamFile = '/etc/nginx/conf.d/voxcore-upstream.conf'

/** Worker 4 of core-3 runs but nobody told nginx: a difference from fleet.yaml for the sidebar to show and to fix. */
const upstreamText = `# Written by hand, long ago.
upstream voxcore_workers {
    least_conn;
    server 127.0.0.1:8001;
    server 127.0.0.1:8002;
    server 127.0.0.1:8003;
    server 127.0.0.1:8004;
    server 10.20.0.12:8001;
    server 10.20.0.12:8002;
    server 10.20.0.12:8003;
    server 10.20.0.12:8004;
    server 10.20.0.13:8001;
    server 10.20.0.13:8002;
    server 10.20.0.13:8003;
    keepalive 32;
}
`

export const demoServers: readonly ServerBeginning[] = [
  {
    name: 'core-1',
    address: '10.20.0.11',
    cores: 8,
    running: [1, 2, 3, 4],
    upstreamFile: { path: upstreamFile, text: upstreamText },
  },
  { name: 'core-2', address: '10.20.0.12', cores: 4, running: [1, 2, 3, 4] },
  { name: 'core-3', address: '10.20.0.13', cores: 4, running: [1, 2, 3, 4] },
  { name: 'core-4', address: '10.20.0.14', cores: 4, running: [], bare: true },
]

/** The demo's fleet.yaml, for servers on these loopback ports and keys in this directory. */
export function demoFleetYaml(directory: string, ports: Readonly<Record<string, number>>): string {
  return `# A fleet of three simulated servers. They live in VS Code itself, so there is nothing here that you can break:
# change something, look at the preview beside, and run any command of the sidebar.
name: demo

ssh:
  user: demo
  identity_file: ${JSON.stringify(join(directory, 'demo_key'))}
  known_hosts_file: ${JSON.stringify(join(directory, 'known_hosts'))}

load_balancer:
  server: core-1
  upstream: voxcore_workers
  method: least_conn
  keepalive: 32
  public_url: http://127.0.0.1:${ports.voxbridge}/fleet   # what "Register with VoxBridge" tells it

servers:
  core-1:                  # nginx runs here, beside four workers
    host: 127.0.0.1
    address: 127.0.0.1
    cores: 8
    workers: 4
    ssh: { port: ${ports['core-1']} }

  core-2:
    host: 127.0.0.1
    address: 10.20.0.12
    cores: 4
    workers: 4
    ssh: { port: ${ports['core-2']} }

  core-3:                  # its fourth worker is missing from nginx: see "Drift" in the sidebar
    host: 127.0.0.1
    address: 10.20.0.13
    cores: 4
    workers: 4
    ssh: { port: ${ports['core-3']} }

  # A fourth server is there and runs nothing yet. Add Server makes it one of these: core-4, host 127.0.0.1:${ports['core-4']},
  # address 10.20.0.14, url http://127.0.0.1:${ports.voxbridge}/core-4

rollout:
  batch: 2                 # workers at a time
  drain: { timeout: 2m, on_timeout: stop }
  ready: { timeout: 30s, checks: 2 }

voxbridge:                 # simulated too; its token is "${demoToken}"
  url: http://127.0.0.1:${ports.voxbridge}
`
}
