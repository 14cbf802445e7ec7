import { readFile, rm } from 'node:fs/promises'
import { t } from '@vscode/l10n'
import type { Machine } from '../../fleet/fleet'
import { lateError, phaseLimits } from '../connect-error'
import { RemoteError, sessionEnded } from '../connection'
import { parseKnownHosts } from '../known-hosts'
import type { MachineSettings } from '../machine-settings'
import { type ConnectWishes, lookAtKeyArguments } from './arguments'
import type { OpenOpensshOptions } from './open-openssh'
import { HostKeyNotVerified, opensshError } from './openssh-error'
import { SshLog } from './ssh-log'
import { inEnglish, startSsh } from './start-ssh'

/**
 * The key that a host presents, in the SSH wire format, unverified. Nothing is sent to the host beyond a key exchange.
 * Throws RemoteError.
 */
export async function lookAtHostKey(
  machine: Machine,
  settings: MachineSettings,
  { openssh, environment, signal }: OpenOpensshOptions,
  { mayAsk: _, ...wishes }: ConnectWishes,
): Promise<Buffer> {
  const knownHostsFile = await openssh.newPath()
  const log = new SshLog()
  const ssh = startSsh(lookAtKeyArguments(machine, settings, { knownHostsFile, ...wishes }), {
    environment: inEnglish(environment),
    watched: openssh.abilities.sharesConnections,
    onLine(line) {
      log.take(line)
      // The key is written: no need to log in.
      if (log.phase === 'authenticate') ssh.kill()
    },
  })
  const milliseconds = phaseLimits.connect + phaseLimits.greeting
  let late = false
  const timer = setTimeout(() => {
    late = true
    ssh.kill()
  }, milliseconds)
  signal.addEventListener('abort', ssh.kill)
  if (signal.aborted) ssh.kill()
  await ssh.ended
  clearTimeout(timer)
  signal.removeEventListener('abort', ssh.kill)
  const [entry] = parseKnownHosts(await readFile(knownHostsFile, 'utf8').catch(() => ''), knownHostsFile)
  await rm(knownHostsFile, { force: true })
  if (entry) return Buffer.from(entry.key, 'base64')
  if (signal.aborted) throw sessionEnded(machine)
  if (late) throw lateError(machine, settings, 'connect', milliseconds / 1000)
  const error = opensshError(machine, settings, log)
  if (!(error instanceof HostKeyNotVerified)) throw error
  throw new RemoteError(
    machine.name,
    'host-key',
    t('ssh rejected the host key of {0}: {1}', settings.hostName, error.message),
    {
      cause: error,
      remedy: t('Check the output of `ssh -v {0}`.', machine.host),
    },
  )
}
