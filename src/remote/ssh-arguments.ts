import type { Machine } from '../fleet/fleet'
import { circle } from './jump-hosts'
import type { MachineSettings } from './machine-settings'
import { proxyCommand } from './openssh/proxy-command'
import { quotedPath } from './openssh/quoted-path'
import { jumpMachine } from './way'

/**
 * The arguments of the system's `ssh` for a terminal on a machine, with fleet.yaml's overrides, including those for its jump hosts;
 * ~/.ssh/config decides the rest. Host keys are checked at least as strictly as ours: ssh asks about unknown ones, even if the operator
 * has switched that off. `resolve` resolves a machine and refuses dangerous hosts and users; `behind` are the jump hosts already
 * passed.
 * Throws RemoteError as `resolve` does, and for a path that no option can hold.
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
  // `-J` would ignore fleet.yaml's settings for a jump host.
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
