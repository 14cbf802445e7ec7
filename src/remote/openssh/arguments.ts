import type { Machine } from '../../fleet/fleet'
import type { MachineSettings } from '../machine-settings'
import { proxyCommand } from './proxy-command'
import { quotedPath } from './quoted-path'

/** How ssh takes an option, whatever its own configuration says: the first value counts (ssh_config(5)). */
const options = (values: Readonly<Record<string, string>>): string[] =>
  Object.entries(values).flatMap(([keyword, value]) => ['-o', `${keyword}=${value}`])

/** For every ssh that connects. Its own configuration decides the rest: keys, algorithms, tokens, `Match`. */
const always = {
  // What it says is read (SshLog).
  LogLevel: 'DEBUG1',
  StrictHostKeyChecking: 'yes',
  NoHostAuthenticationForLocalhost: 'no',
  // It would take the word of a name server for a key that nobody knows.
  VerifyHostKeyDNS: 'no',
  UpdateHostKeys: 'no',
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
  // Of the configuration's own: a second connection could not listen there, and would end.
  ClearAllForwardings: 'yes',
}

/** What an ssh that connects is told beside what its own configuration and fleet.yaml say. */
export interface ConnectWishes {
  /** What is known of the host's keys, by the names of signature algorithms. */
  readonly hostKeyAlgorithms: readonly string[]
  /** What leads to the machine through its jump host, if the way is through one ({@link proxyCommand}). */
  readonly proxyCommand?: string
  /** Whether it may ask for secrets. */
  readonly mayAsk: boolean
}

/**
 * The arguments of an ssh that makes a connection for others to share (ssh_config(5), ControlMaster), at the socket `controlPath`, and
 * does nothing else. Throws RemoteError for a path of fleet.yaml that ssh cannot be given.
 */
export function masterArguments(
  machine: Machine,
  settings: MachineSettings,
  { controlPath, ...wishes }: ConnectWishes & { readonly controlPath: string },
): readonly string[] {
  return [
    '-N',
    '-T',
    ...options({ ControlMaster: 'yes', ControlPath: controlPath, ControlPersist: 'no', ...always }),
    ...connectionArguments(machine, settings, wishes),
  ]
}

/** Nobody shares this connection, and it is not one that the operator's own configuration shares. */
const alone = { ControlMaster: 'no', ControlPath: 'none' }

/**
 * The arguments of an ssh that connects for one thing only; what that is comes before them (`-W`), or after them (a command).
 * Throws RemoteError as masterArguments does.
 */
export function loneArguments(machine: Machine, settings: MachineSettings, wishes: ConnectWishes): readonly string[] {
  return ['-T', ...options({ ...alone, ...always }), ...connectionArguments(machine, settings, wishes)]
}

/**
 * The ProxyCommand that leads on through a machine by an ssh of its own, which says why it cannot, and nothing of its progress: what it
 * says is heard as what the ssh says that runs it. Throws RemoteError as masterArguments does.
 */
export function loneProxyCommand(machine: Machine, settings: MachineSettings, wishes: ConnectWishes): string {
  return proxyCommand([
    '-T',
    ...options({ ...alone, ...always, LogLevel: 'INFO' }),
    ...connectionArguments(machine, settings, wishes),
  ])
}

/**
 * The arguments of an ssh that writes the key which a host shows to a known_hosts file of its own, and does not log in: there is no
 * other way to get it through whatever leads to the host. It trusts nobody: who it is has to be found out from the key.
 */
export function lookAtKeyArguments(
  machine: Machine,
  settings: MachineSettings,
  { knownHostsFile, ...wishes }: Omit<ConnectWishes, 'mayAsk'> & { readonly knownHostsFile: string },
): readonly string[] {
  return [
    '-N',
    '-T',
    ...options({
      UserKnownHostsFile: quotedPath(machine, knownHostsFile),
      GlobalKnownHostsFile: 'none',
      RevokedHostKeys: 'none',
      HashKnownHosts: 'no',
      CheckHostIP: 'no',
      PreferredAuthentications: 'none',
      ...alone,
      ...always,
      StrictHostKeyChecking: 'accept-new',
    }),
    ...connectionArguments(machine, settings, { ...wishes, mayAsk: false }),
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
  { identityFile, identitiesOnly, knownHostsFiles, configuration, pkcs11Provider, namesTokenKey }: MachineSettings,
  { hostKeyAlgorithms, proxyCommand, mayAsk }: ConnectWishes,
): readonly string[] {
  const { user, port } = machine.ssh
  // As we read it: `~` means something else to ssh where $HOME is not what the user database says.
  const knownHostsFile = machine.ssh.knownHostsFile === undefined ? undefined : knownHostsFiles[0]
  // What an agent holds besides would come before it, and a server breaks off after a few keys. But a token's keys would be left out too.
  const isAlone = identityFile !== undefined && pkcs11Provider === undefined && !namesTokenKey
  return [
    ...options({ BatchMode: mayAsk ? 'no' : 'yes' }),
    // It would take Kerberos's word for the host, and not look at its key. Only an ssh that prints this option knows it.
    ...(configuration.has('gssapikeyexchange') ? options({ GSSAPIKeyExchange: 'no' }) : []),
    ...(hostKeyAlgorithms.length > 0 ? options({ HostKeyAlgorithms: `^${hostKeyAlgorithms.join(',')}` }) : []),
    ...(identityFile === undefined ? [] : options({ IdentityFile: quotedPath(machine, identityFile) })),
    ...(identitiesOnly || isAlone ? options({ IdentitiesOnly: 'yes' }) : []),
    ...(knownHostsFile === undefined ? [] : options({ UserKnownHostsFile: quotedPath(machine, knownHostsFile) })),
    // A jump host is verified and logged in to as any machine: ssh's own ProxyJump does not know what fleet.yaml says.
    ...(proxyCommand === undefined ? [] : options({ ProxyCommand: proxyCommand, ProxyUseFdpass: 'no' })),
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    '--',
    machine.host,
  ]
}
