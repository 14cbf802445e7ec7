import type { Machine } from '../../fleet/fleet'
import { RemoteError } from '../connection'
import type { MachineSettings } from '../machine-settings'

/** How ssh takes an option, whatever its own configuration says: the first value counts (ssh_config(5)). */
const options = (values: Readonly<Record<string, string>>): string[] =>
  Object.entries(values).flatMap(([keyword, value]) => ['-o', `${keyword}=${value}`])

/** For every ssh that connects. Its own configuration decides the rest: keys, algorithms, tokens, `Match`. */
const always = {
  // What it says is read (SshLog).
  LogLevel: 'DEBUG1',
  StrictHostKeyChecking: 'yes',
  NoHostAuthenticationForLocalhost: 'no',
  UpdateHostKeys: 'no',
  // It may ask: through SSH_ASKPASS, where nobody may be there to answer.
  BatchMode: 'no',
  NumberOfPasswordPrompts: '3',
  // Within 15 s of its last word a server is given up, as over ssh2.
  ServerAliveInterval: '4',
  ServerAliveCountMax: '2',
  RemoteCommand: 'none',
  RequestTTY: 'no',
  PermitLocalCommand: 'no',
  ForwardAgent: 'no',
  ForwardX11: 'no',
  Tunnel: 'no',
}

export interface MasterOptions {
  /** The socket to make. */
  readonly controlPath: string
  /** What is known of the host's keys, by the names of signature algorithms. */
  readonly hostKeyAlgorithms: readonly string[]
  /** The socket of the master at the jump host, if the way is through one. */
  readonly jumpControlPath?: string
}

/**
 * The arguments of an ssh that makes a connection for others to share (ssh_config(5), ControlMaster) and does nothing else.
 * Throws RemoteError for a path of fleet.yaml that ssh cannot be given.
 */
export function masterArguments(machine: Machine, settings: MachineSettings, wishes: MasterOptions): readonly string[] {
  return [
    '-N',
    '-T',
    ...options({
      ControlMaster: 'yes',
      ControlPath: wishes.controlPath,
      ControlPersist: 'no',
      // Of the configuration's own: a second connection could not listen there, and would end.
      ClearAllForwardings: 'yes',
      ...always,
    }),
    ...connectionArguments(machine, settings, wishes),
  ]
}

/**
 * The arguments of an ssh that writes the key which a host shows to a known_hosts file of its own, and does not log in: there is no
 * other way to get it through whatever leads to the host. It trusts nobody: who it is has to be found out from the key.
 */
export function lookAtKeyArguments(
  machine: Machine,
  settings: MachineSettings,
  { knownHostsFile, ...wishes }: Omit<MasterOptions, 'controlPath'> & { readonly knownHostsFile: string },
): readonly string[] {
  return [
    '-N',
    '-T',
    ...options({
      UserKnownHostsFile: knownHostsFile,
      GlobalKnownHostsFile: 'none',
      HashKnownHosts: 'no',
      CheckHostIP: 'no',
      PreferredAuthentications: 'none',
      ControlMaster: 'no',
      ControlPath: 'none',
      ClearAllForwardings: 'yes',
      ...always,
      StrictHostKeyChecking: 'accept-new',
      BatchMode: 'yes',
    }),
    ...connectionArguments(machine, settings, wishes),
  ]
}

/** The arguments of an ssh that works over the connection of a master, and never makes one of its own instead. */
export function sharingArguments(controlPath: string): readonly string[] {
  return [
    ...['-F', 'none', '-S', controlPath],
    // ssh connects by itself where there is no master (any more).
    ...options({ ControlMaster: 'no', ProxyCommand: 'false', LogLevel: 'ERROR' }),
  ]
}

/** The name that stands for the machine where a master leads to it: ssh wants one, and does not look at it. */
export const sharedHost = 'fleet-ops'

function connectionArguments(
  machine: Machine,
  { identityFile, identitiesOnly }: MachineSettings,
  { hostKeyAlgorithms, jumpControlPath }: Omit<MasterOptions, 'controlPath'>,
): readonly string[] {
  const { user, port, knownHostsFile } = machine.ssh
  return [
    ...(hostKeyAlgorithms.length > 0 ? options({ HostKeyAlgorithms: `^${hostKeyAlgorithms.join(',')}` }) : []),
    ...(identityFile === undefined
      ? []
      : // What an agent holds besides would come before it, and a server breaks off after a few keys.
        options({ IdentityFile: quotedPath(machine, identityFile), IdentitiesOnly: 'yes' })),
    ...(identityFile === undefined && identitiesOnly ? options({ IdentitiesOnly: 'yes' }) : []),
    ...(knownHostsFile === undefined ? [] : options({ UserKnownHostsFile: quotedPath(machine, knownHostsFile) })),
    // The master at the jump host is verified and logged in to as any machine: ssh's own ProxyJump does not know what fleet.yaml says.
    ...(jumpControlPath === undefined
      ? []
      : options({
          ProxyCommand: ['ssh', ...sharingArguments(jumpControlPath), '-W', "'[%h]:%p'", sharedHost].join(' '),
        })),
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    '--',
    machine.host,
  ]
}

/** A path as one word of ssh's configuration, without its tokens. */
function quotedPath(machine: Machine, path: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (!/["\u0000-\u001f\u007f]/.test(path)) return `"${path.replaceAll('%', '%%')}"`
  throw new RemoteError(machine.name, 'resolve', `The path ${JSON.stringify(path)} cannot be given to ssh.`, {
    remedy: 'Rename the file, and correct the path in fleet.yaml.',
  })
}
