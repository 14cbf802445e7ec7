import type { FleetFile, Server } from './generated/fleet-file'

/**
 * The defaults, under the file's own keys: VoxCore's values, and nginx's where VoxCore has none (DESIGN §2). The
 * schema states them too; a test compares the two.
 */
export const defaults = {
  service: {
    unit: 'voxcore@',
    port: 8000,
    directory: '/opt/voxcore',
    env_file: '/opt/voxcore/.env',
    max_calls_variable: 'MAX_CONCURRENT_CALLS',
    workers_variable: 'VOXCORE_WORKERS',
    max_concurrent_calls: 5,
    calls_per_core: 5,
    health: '/health',
    memory_per_worker: '260M',
  },
  load_balancer: {
    upstream: 'voxcore_workers',
    file: '/etc/nginx/conf.d/voxcore-upstream.conf',
    method: 'least_conn',
    keepalive: 32,
  },
  server: { workers: 4 },
  rollout: {
    batch: 1,
    drain: { timeout: '10m', on_timeout: 'stop' },
    ready: { timeout: '60s', checks: 2 },
    pause: '0s',
  },
  firewall: { tool: 'none' },
} as const satisfies {
  readonly service: FleetFile['service']
  readonly load_balancer: Partial<FleetFile['load_balancer']>
  readonly server: Server
  readonly rollout: FleetFile['rollout']
  readonly firewall: FleetFile['firewall']
}
