import { resolve } from 'node:path'
import type { Fleet, Machine, SshOptions } from '../fleet/fleet'

/**
 * The fleet with the relative paths in every `ssh` resolved against `folder`, which holds the fleet.yaml. Paths beginning with `~` stay
 * as written, because they mean the home directory of the connecting user.
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

/** Ssh options with their relative paths resolved against `folder`. */
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
