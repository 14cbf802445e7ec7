import { t } from '@vscode/l10n'
import type { Machine } from '../fleet/fleet'
import { askSsh } from './ask-ssh'
import { RemoteError } from './connection'
import { type MachineSettings, parseConfiguration, settingsOf } from './machine-settings'
import { jumpMachine } from './way'

/**
 * Asks the system's OpenSSH client where it would connect: it handles `Include`, `Match`, tokens and patterns. Without `ssh` on PATH,
 * only fleet.yaml and OpenSSH's defaults count.
 * Throws RemoteError for a host or user that must not be passed to a process, if `ssh` rejects or never finishes reading its own
 * configuration, and on abort.
 */
export async function resolveMachine(
  machine: Machine,
  environment: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<MachineSettings> {
  const { user, port, proxyJump, identityFile, knownHostsFile } = machine.ssh
  refuse(machine, 'host', machine.host, dangerous)
  refuse(machine, 'host', machine.host, pattern)
  refuse(machine, 'user', user, dangerous)
  refuse(machine, 'proxy_jump', proxyJump, dangerous)
  refuseJumps(machine, 'proxy_jump', proxyJump)
  refuse(machine, 'identity_file', identityFile, noPath)
  refuse(machine, 'known_hosts_file', knownHostsFile, noPath)
  const options = [...(user === undefined ? [] : ['-l', user]), ...(port === undefined ? [] : ['-p', String(port)])]
  const output = await askSsh(machine, [...options, '--', machine.host], environment, signal)
  const settings = settingsOf(machine, parseConfiguration(output ?? ''), environment)
  refuse(machine, t('host name'), settings.hostName, dangerous)
  refuse(machine, t('host name'), settings.hostName, pattern)
  refuse(machine, 'HostKeyAlias', settings.hostKeyAlias, pattern)
  refuse(machine, 'user', settings.user, noUser)
  refuseJumps(machine, 'ProxyJump', settings.proxyJump)
  return settings
}

/**
 * A leading dash would make it an option of ssh, and shell metacharacters would reach a shell through `Match exec` or `ProxyCommand`:
 * OpenSSH 9.6 and later refuse the same characters (ssh.c, valid_hostname; CVE-2023-51385).
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to refuse
const dangerous = /^$|^-|[\u0000-\u0020\u007f'"`$\\;&<>|(){}]/

/** A user from ssh's own configuration, such as `DOMAIN\alice`, may contain what ssh allows (ssh.c, valid_ruser). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to refuse
const noUser = /^$|^-|[\u0000-\u001f\u007f'"`;&<>|(){}]| -|\\$/

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to refuse
const noPath = /^$|^-|[\u0000-\u001f\u007f]/

/** In known_hosts such a name would match other hosts too (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT), or be invalid. */
const pattern = /[*?!,#|\s]/

function refuse(machine: Machine, what: string, value: string | undefined, refused: RegExp): void {
  if (value !== undefined && refused.test(value)) throw noName(machine, what, value)
}

/** Each becomes a machine of its own, resolved when its turn comes: some connections may exist by then. */
function refuseJumps(machine: Machine, what: string, jumps: string | undefined): void {
  for (const jump of jumps?.split(',') ?? []) {
    const { host, ssh } = jumpMachine({ name: machine.name, ssh: {} }, jump)
    refuse(machine, what, host, dangerous)
    refuse(machine, what, ssh.user, noUser)
  }
}

const noName = (machine: Machine, what: string, value: string) =>
  new RemoteError(
    machine.name,
    'resolve',
    t(
      'The {0} {1} is not valid: it is empty, begins with a dash, or contains a character that is not allowed.',
      what,
      JSON.stringify(value),
    ),
    { remedy: t('Correct the {0} in fleet.yaml or in ~/.ssh/config.', what) },
  )
