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
  for (const [what, value] of [
    ['host', machine.host],
    ['user', user],
    ['proxy_jump', proxyJump],
  ] as const)
    refuseDangerous(machine, what, value)
  const options = [...(user === undefined ? [] : ['-l', user]), ...(port === undefined ? [] : ['-p', String(port)])]
  const output = await askSsh(machine, ['-G', ...options, '--', machine.host], environment)
  const settings = settingsOf(machine, parseConfiguration(output ?? ''), environment)
  refuseDangerous(machine, 'host name', settings.hostName)
  return settings
}

/**
 * What begins with a dash would be an option of ssh, and what means something to a shell would reach one through `Match exec` or
 * `ProxyCommand`: OpenSSH refuses the same characters since 9.6 (ssh.c, valid_hostname; CVE-2023-51385).
 */
function refuseDangerous(machine: Machine, what: string, value: string | undefined): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (value === undefined || (value !== '' && !/^-|[\u0000-\u0020\u007f'"`$\\;&<>|(){}]/.test(value))) return
  const message = `The ${what} ${JSON.stringify(value)} is not one: it is empty, begins with a dash, or holds a character that no name has.`
  throw new RemoteError(machine.name, 'resolve', message, {
    remedy: `Correct the ${what} in fleet.yaml or in ~/.ssh/config.`,
  })
}

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
