import type { Machine } from '../fleet/fleet'
import { askSsh } from './ask-ssh'
import { RemoteError } from './connection'
import { type MachineSettings, parseConfiguration, settingsOf } from './machine-settings'

/**
 * Asks the system's OpenSSH client what it would connect to: it knows `Include`, `Match`, tokens and patterns. Without an
 * `ssh` on PATH, fleet.yaml and OpenSSH's defaults decide alone.
 * Throws RemoteError for a host or user that no process may be given, and when `ssh` refuses its own configuration,
 * does not come to an end with it, or nobody wants to know any more.
 */
export async function resolveMachine(
  machine: Machine,
  environment: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<MachineSettings> {
  const { user, port, proxyJump } = machine.ssh
  refuseDangerous(machine, 'host', machine.host)
  refuseDangerous(machine, 'user', user)
  refuseDangerous(machine, 'proxy_jump', proxyJump)
  refusePattern(machine, 'host', machine.host)
  const options = [...(user === undefined ? [] : ['-l', user]), ...(port === undefined ? [] : ['-p', String(port)])]
  const output = await askSsh(machine, [...options, '--', machine.host], environment, signal)
  const settings = settingsOf(machine, parseConfiguration(output ?? ''), environment)
  refuseDangerous(machine, 'host name', settings.hostName)
  refusePattern(machine, 'host name', settings.hostName)
  refusePattern(machine, 'HostKeyAlias', settings.hostKeyAlias)
  return settings
}

/**
 * What begins with a dash would be an option of ssh, and what means something to a shell would reach one through `Match exec` or
 * `ProxyCommand`: OpenSSH refuses the same characters since 9.6 (ssh.c, valid_hostname; CVE-2023-51385).
 */
function refuseDangerous(machine: Machine, what: string, value: string | undefined): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (value === '' || (value && /^-|[\u0000-\u0020\u007f'"`$\\;&<>|(){}]/.test(value)))
    throw noName(machine, what, value)
}

/** In known_hosts such a name would stand for other hosts too (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT), or be none. */
function refusePattern(machine: Machine, what: string, value: string | undefined): void {
  if (value && /[*?!,#|\s]/.test(value)) throw noName(machine, what, value)
}

const noName = (machine: Machine, what: string, value: string) =>
  new RemoteError(
    machine.name,
    'resolve',
    `The ${what} ${JSON.stringify(value)} is not one: it is empty, begins with a dash, or holds a character that no name has.`,
    { remedy: `Correct the ${what} in fleet.yaml or in ~/.ssh/config.` },
  )
