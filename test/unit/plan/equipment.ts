import type { ServerEquipment } from '../../../src/fleet/observed'

/** A server that runs workers of the tests' fleets. */
export const equipped: ServerEquipment = {
  reachable: true,
  cores: 4,
  architecture: 'x86_64',
  system: 'Debian GNU/Linux 12 (bookworm)',
  boot: 'boot of the source',
  systemd: true,
  missingTools: [],
  directory: 'directory',
  bytes: 48_000_000,
  installPending: false,
  environment: 'file',
  free: 12_000_000_000,
  unit: { path: '/etc/systemd/system/voxcore@.service', dropIns: false },
  users: { root: 0 },
  listening: [
    { address: '0.0.0.0', port: 8001 },
    { address: '0.0.0.0', port: 8002 },
  ],
}

const { bytes, unit, ...rest } = equipped

/** A server as its provider delivers it. */
export const bare: ServerEquipment = {
  ...rest,
  boot: 'boot of the new one',
  directory: 'missing',
  environment: 'missing',
  listening: [{ address: '0.0.0.0', port: 22 }],
}
