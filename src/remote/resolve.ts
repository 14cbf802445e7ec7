import { spawn } from 'node:child_process'
import type { Machine } from '../fleet/fleet'
import { RemoteError } from './connection'
import { type MachineSettings, parseConfiguration, settingsOf } from './machine-settings'

/**
 * Asks the system's OpenSSH client what it would connect to: it knows `Include`, `Match`, tokens and patterns. Without an
 * `ssh` on PATH, fleet.yaml and OpenSSH's defaults decide alone.
 * Throws RemoteError for a host or user that no process may be given, and when `ssh` refuses its own configuration.
 */
export async function resolveMachine(machine: Machine, environment: NodeJS.ProcessEnv): Promise<MachineSettings> {
  const { user, port, proxyJump } = machine.ssh
  refuseDangerous(machine, 'host', machine.host)
  refuseDangerous(machine, 'user', user)
  refuseDangerous(machine, 'proxy_jump', proxyJump)
  refusePattern(machine, 'host', machine.host)
  const options = [...(user === undefined ? [] : ['-l', user]), ...(port === undefined ? [] : ['-p', String(port)])]
  const output = await askSsh(machine, ['-G', ...options, '--', machine.host], environment)
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

/** The output of ssh, or undefined if this machine has none. */
function askSsh(
  machine: Machine,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  return new Promise((done, fail) => {
    const child = spawn('ssh', args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    let complaint = ''
    child.stdout.setEncoding('utf8').on('data', text => {
      output += text
    })
    child.stderr.setEncoding('utf8').on('data', text => {
      complaint += text
    })
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') done(undefined)
      else fail(new RemoteError(machine.name, 'resolve', `ssh could not be run: ${error.message}.`, { cause: error }))
    })
    child.on('close', code => {
      if (code === 0) return done(output)
      const said = complaint.trim().split('\n').slice(0, 3).join(' ')
      fail(
        new RemoteError(machine.name, 'resolve', `ssh cannot resolve ${machine.host}: ${said || `exit code ${code}`}`, {
          remedy: `Look at what \`ssh -G ${machine.host}\` says, and mend ~/.ssh/config.`,
        }),
      )
    })
  })
}
