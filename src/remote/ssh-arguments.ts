import type { Machine } from '../fleet/fleet'
import { RemoteError } from './connection'
import { circle } from './jump-hosts'
import type { MachineSettings } from './machine-settings'
import { proxyCommand } from './openssh/proxy-command'
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

/** A path as an option's value: in quotes for its spaces, without tokens (ssh_config(5), TOKENS). */
function quotedPath(machine: Machine, path: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/^-|["\u0000-\u001f\u007f]|\$\{/.test(path))
    throw new RemoteError(machine.name, 'resolve', `The path ${JSON.stringify(path)} cannot be given to ssh.`, {
      remedy: 'Give the file a name without quotes, control characters and ${, which does not begin with a dash.',
    })
  return `"${path.replaceAll('\\', '/').replaceAll('%', '%%')}"`
}
