import type { Machine } from '../fleet/fleet'
import { RemoteError } from './connection'
import type { MachineSettings } from './machine-settings'

/**
 * The arguments of the system's `ssh` for a terminal on a machine, with what fleet.yaml overrides; what it leaves out ~/.ssh/config says.
 * Host keys are checked at least as we do: unknown ones are asked about, even where the operator has switched that off.
 * `settings` are what the machine was resolved to, which has refused dangerous hosts and users. Throws RemoteError for a path
 * that no option can carry.
 */
export function sshArguments(machine: Machine, settings: MachineSettings): readonly string[] {
  const { user, port, identityFile, knownHostsFile, proxyJump } = machine.ssh
  const known = knownHostsFile === undefined ? undefined : settings.knownHostsFiles[0]
  return [
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(identityFile === undefined || settings.identityFile === undefined
      ? []
      : ['-o', `IdentityFile=${quotedPath(machine, settings.identityFile)}`]),
    ...(known === undefined ? [] : ['-o', `UserKnownHostsFile=${quotedPath(machine, known)}`]),
    ...(proxyJump === undefined ? [] : ['-J', proxyJump]),
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
