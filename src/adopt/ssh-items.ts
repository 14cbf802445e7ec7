import type { Machine, SshOptions } from '../fleet/fleet'
import type { Scalar } from './commented-yaml'
import type { Scene } from './sighting'

/** fleet.yaml's keys for the options of a connection. */
function sshKeys({ user, port, identityFile, knownHostsFile, proxyJump }: SshOptions): Record<string, Scalar> {
  return {
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port }),
    ...(identityFile === undefined ? {} : { identity_file: identityFile }),
    ...(knownHostsFile === undefined ? {} : { known_hosts_file: knownHostsFile }),
    ...(proxyJump === undefined ? {} : { proxy_jump: proxyJump }),
  }
}

/** The options that all machines share: the fleet's own `ssh`. What none was given is left to ~/.ssh/config. */
export function commonSsh({ hosts, separate }: Scene): Record<string, Scalar> {
  const all = [...hosts, ...(separate ? [separate] : [])].map(({ machine }) => sshKeys(machine.ssh))
  const [first = {}] = all
  return Object.fromEntries(Object.entries(first).filter(([key, value]) => all.every(one => one[key] === value)))
}

/** The options that a machine has in addition. */
export function ownSsh(scene: Scene, machine: Machine): Record<string, Scalar> {
  const common = commonSsh(scene)
  return Object.fromEntries(Object.entries(sshKeys(machine.ssh)).filter(([key, value]) => common[key] !== value))
}
