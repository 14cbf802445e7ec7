import { resolve } from 'node:path'
import type { Fleet, Machine, SshOptions } from '../fleet/fleet'

/**
 * The fleet as a fleet.yaml in `folder` means it: the relative paths of every `ssh` begin there. A path in the home directory stays as it
 * is written, since the home is that of whoever connects.
 */
export function withPathsFrom(folder: string, fleet: Fleet): Fleet {
  const placed = <M extends Machine>(machine: M): M => ({ ...machine, ssh: sshFrom(folder, machine.ssh) })
  const { loadBalancer, servers, ssh } = fleet
  return {
    ...fleet,
    ssh: sshFrom(folder, ssh),
    loadBalancer: { ...loadBalancer, machine: placed(loadBalancer.machine) },
    servers: servers.map(placed),
  }
}

/** Ssh options whose relative paths begin at `folder`. */
export function sshFrom(
  folder: string,
  { identityFile, knownHostsFile, jumpServers, ...rest }: SshOptions,
): SshOptions {
  return {
    ...rest,
    ...(identityFile === undefined ? {} : { identityFile: pathFrom(folder, identityFile) }),
    ...(knownHostsFile === undefined ? {} : { knownHostsFile: pathFrom(folder, knownHostsFile) }),
    ...(jumpServers === undefined
      ? {}
      : { jumpServers: jumpServers.map(jump => ({ ...jump, ssh: sshFrom(folder, jump.ssh) })) }),
  }
}

const pathFrom = (folder: string, path: string): string => (/^~(?:$|[/\\])/.test(path) ? path : resolve(folder, path))
