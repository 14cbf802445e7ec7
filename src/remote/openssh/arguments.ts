import type { Machine } from '../../fleet/fleet'
import type { MachineSettings } from '../machine-settings'
import { proxyCommand } from './proxy-command'
import { quotedPath } from './quoted-path'

/** Options on ssh's command line, which override its configuration: the first value counts (ssh_config(5)). */
const options = (values: Readonly<Record<string, string>>): string[] =>
  Object.entries(values).flatMap(([keyword, value]) => ['-o', `${keyword}=${value}`])

/** Options of every ssh that connects. Its own configuration decides the rest: keys, algorithms, tokens, `Match`. */
const always = {
  // SshLog parses its output.
  LogLevel: 'DEBUG1',
  StrictHostKeyChecking: 'yes',
  NoHostAuthenticationForLocalhost: 'no',
  // Otherwise ssh would trust a name server about an unknown key.
  VerifyHostKeyDNS: 'no',
  UpdateHostKeys: 'no',
  NumberOfPasswordPrompts: '3',
  // Gives up on a server 15 s after its last packet, as with ssh2.
  ServerAliveInterval: '4',
  ServerAliveCountMax: '2',
  RemoteCommand: 'none',
  RequestTTY: 'no',
  PermitLocalCommand: 'no',
  ForwardAgent: 'no',
  ForwardX11: 'no',
  Tunnel: 'no',
  // Forwardings in the configuration: a second connection could not listen on the same ports, and would exit.
  ClearAllForwardings: 'yes',
}

/** What a connecting ssh is told beyond its own configuration and fleet.yaml. */
export interface ConnectWishes {
  /** Signature algorithms of the known host keys. */
  readonly hostKeyAlgorithms: readonly string[]
  /** The command that reaches the machine through its jump host, if it has one ({@link proxyCommand}). */
  readonly proxyCommand?: string
  /** Whether it may ask for secrets. */
  readonly mayAsk: boolean
}

/**
 * The arguments of an ssh that only opens a connection for other processes to share (ssh_config(5), ControlMaster), at the socket
 * `controlPath`. Throws RemoteError for a path in fleet.yaml that cannot be passed to ssh.
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

/** This connection is not shared, not even if the operator's own configuration says so. */
const alone = { ControlMaster: 'no', ControlPath: 'none' }

/**
 * The arguments of an ssh that connects for one purpose only, given before them (`-W`) or after them (a command).
 * Throws RemoteError as masterArguments does.
 */
export function loneArguments(machine: Machine, settings: MachineSettings, wishes: ConnectWishes): readonly string[] {
  return ['-T', ...options({ ...alone, ...always }), ...connectionArguments(machine, settings, wishes)]
}

/**
 * The ProxyCommand that goes through a machine with an ssh of its own. It prints errors but no progress, because its output is mixed
 * with that of the ssh that runs it. Throws RemoteError as masterArguments does.
 */
export function loneProxyCommand(machine: Machine, settings: MachineSettings, wishes: ConnectWishes): string {
  return proxyCommand([
    '-T',
    ...options({ ...alone, ...always, LogLevel: 'INFO' }),
    ...connectionArguments(machine, settings, wishes),
  ])
}

/**
 * The arguments of an ssh that writes the key a host presents to a separate known_hosts file, and does not log in: there is no other
 * way to obtain the key through jump hosts and proxies. This trusts nothing: the caller must verify the key.
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

/** The arguments of an ssh that works over a master's connection, and never opens one of its own instead. */
export function sharingArguments(controlPath: string): readonly string[] {
  return [
    ...['-F', 'none', '-S', controlPath],
    // Without a master, ssh would connect by itself.
    ...options({ ControlMaster: 'no', ProxyCommand: 'false', LogLevel: 'ERROR' }),
  ]
}

/** Placeholder for the host when going through a master: ssh requires a name, and ignores it. */
export const sharedHost = 'fleet-ops'

function connectionArguments(
  machine: Machine,
  { identityFile, identitiesOnly, knownHostsFiles, configuration, pkcs11Provider, namesTokenKey }: MachineSettings,
  { hostKeyAlgorithms, proxyCommand, mayAsk }: ConnectWishes,
): readonly string[] {
  const { user, port } = machine.ssh
  // Expanded by us: ssh expands `~` differently if $HOME does not match the user database.
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
    // A jump host is verified and logged in to like any machine: ssh's own ProxyJump would ignore fleet.yaml.
    ...(proxyCommand === undefined ? [] : options({ ProxyCommand: proxyCommand, ProxyUseFdpass: 'no' })),
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    '--',
    machine.host,
  ]
}
