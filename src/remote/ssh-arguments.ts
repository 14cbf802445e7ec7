import type { Machine } from '../fleet/fleet'
import { circle } from './jump-hosts'
import type { MachineSettings } from './machine-settings'
import { proxyCommand } from './openssh/proxy-command'
import { quotedPath } from './openssh/quoted-path'
import { jumpMachine } from './way'

/**
 * The arguments of the system's `ssh` for a terminal on a machine, with what fleet.yaml overrides, also of the jump hosts on the way;
 * what it leaves out ~/.ssh/config says. Host keys are checked at least as we do: unknown ones are asked about, even where the operator
 * has switched that off. `resolve` says what a machine is resolved to, and refuses dangerous hosts and users; `behind` are the jump hosts
 * that have been passed already.
 * Throws RemoteError as that does, and for a path that no option can carry.
 */
export async function sshArguments(
  machine: Machine,
  resolve: (machine: Machine) => Promise<MachineSettings>,
  behind: readonly string[] = [],
): Promise<readonly string[]> {
  const settings = await resolve(machine)
  const { user, port, identityFile, knownHostsFile, proxyJump } = machine.ssh
  const known = knownHostsFile === undefined ? undefined : settings.knownHostsFiles[0]
  const jump = proxyJump === undefined ? undefined : jumpMachine(machine, proxyJump)
  if (jump && behind.includes(jump.name)) throw circle(jump)
  // `-J` would not know what fleet.yaml says of a jump host.
  const way = jump && proxyCommand(await sshArguments(jump, resolve, [...behind, jump.name]))
  return [
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(identityFile === undefined || settings.identityFile === undefined
      ? []
      : ['-o', `IdentityFile=${quotedPath(machine, settings.identityFile)}`]),
    ...(known === undefined ? [] : ['-o', `UserKnownHostsFile=${quotedPath(machine, known)}`]),
    ...(way === undefined ? [] : ['-o', `ProxyCommand=${way}`]),
    ...(settings.strictHostKeys ? [] : ['-o', 'StrictHostKeyChecking=ask']),
    '--',
    machine.host,
  ]
}
