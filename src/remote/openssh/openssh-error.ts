import { t } from '@vscode/l10n'
import type { Machine } from '../../fleet/fleet'
import { loginRefused } from '../authentication'
import { closedError, connectError, type OpeningPhase, wayError } from '../connect-error'
import { RemoteError } from '../connection'
import type { MachineSettings } from '../machine-settings'
import { leadsNowhere } from '../way'
import type { SshLog } from './ssh-log'

/** ssh's messages for network errors (strerror(3), gai_strerror(3)), with Node's codes. */
const networkWords: readonly (readonly [RegExp, string])[] = [
  [/Connection refused/, 'ECONNREFUSED'],
  [/Name or service not known|nodename nor servname|No address associated|Non-recoverable failure/, 'ENOTFOUND'],
  [/Temporary failure in name resolution/, 'EAI_AGAIN'],
  [/No route to host/, 'EHOSTUNREACH'],
  [/Host is down/, 'EHOSTDOWN'],
  [/Network is unreachable/, 'ENETUNREACH'],
  [/timed out/, 'ETIMEDOUT'],
  [/Connection reset by/, 'ECONNRESET'],
]

const hungUp =
  /Connection closed by|banner|kex_exchange_identification|Bad remote protocol version|Connection to .* closed/i

/** ssh's own host key check failed: examine the key to find out why. */
export class HostKeyNotVerified extends Error {
  override readonly name = 'HostKeyNotVerified'
}

/** Why an ssh failed to connect. HostKeyNotVerified if it rejected the host key. */
export function opensshError(
  machine: Machine,
  settings: MachineSettings,
  log: SshLog,
): RemoteError | HostKeyNotVerified {
  const said = log.words().join('\n')
  const last = log.words().at(-1) ?? ''
  const cause = new Error(said === '' ? t('ssh exited without a message') : said)
  const phase: OpeningPhase = log.phase === 'open' ? 'authenticate' : log.phase
  const invalid = /^Certificate invalid: (.+)$/m.exec(said)?.[1]
  if (invalid)
    return new RemoteError(
      machine.name,
      'host-key',
      t('{0} presented an invalid certificate: {1}.', settings.hostName, invalid),
      {
        cause,
        remedy: t(
          'Inspect it there: ssh-keygen -L -f /etc/ssh/ssh_host_ed25519_key-cert.pub. Have the certificate authority sign a new one.',
        ),
      },
    )
  const notLedOn = log.openFailure()
  if (settings.proxyJump !== undefined && notLedOn !== undefined && phase !== 'authenticate')
    return leadsNowhere(machine, settings, settings.proxyJump, notLedOn, cause)
  if (/Host key verification failed|No .* host key is known/.test(said)) return new HostKeyNotVerified(last)
  if (/Too many authentication failures/i.test(said))
    return loginRefused(machine.name, settings, log, new Error('Too many authentication failures'))
  if (phase === 'authenticate' || /Permission denied \(/.test(said))
    return loginRefused(machine.name, settings, log, cause)
  if (/Bad configuration option|[Bb]ad .* (argument|number|option)|keyword .* extra arguments/.test(said))
    return new RemoteError(machine.name, 'resolve', t('ssh cannot connect to {0}: {1}.', machine.host, last), {
      cause,
      remedy: t('Run `ssh -G {0}` and fix the part of ~/.ssh/config that it rejects.', machine.host),
    })
  const nothing = /no matching [^\n]*/i.exec(said)?.[0]
  if (nothing) return connectError(machine, settings, phase, log, new Error(nothing.replace(/\.$/, ''), { cause }))
  const code = networkWords.find(([pattern]) => pattern.test(said))?.[1]
  if (code) return connectError(machine, settings, phase, log, Object.assign(new Error(last, { cause }), { code }))
  if (log.isDeclined) return wayError(machine, settings, t('a question on the way was not answered'), cause)
  // Lines before ssh's own message are the ProxyCommand's.
  const [first = ''] = log.words()
  if (settings.proxyCommand !== undefined && phase === 'greeting' && !hungUp.test(first) && first !== '')
    return wayError(machine, settings, t('its ProxyCommand failed: {0}', first.replace(/\.$/, '')), cause)
  if (said === '' || hungUp.test(last)) return closedError(machine, settings, phase, log)
  return connectError(machine, settings, phase, log, new Error(last.replace(/^ssh: /, ''), { cause }))
}

/** Why an open connection ended, in ssh's words; undefined if it was closed. */
export function lostError(log: SshLog): Error | undefined {
  const last = log.words().at(-1)
  if (last === undefined || /^Killed by signal|^Connection to .* closed|^Shared connection/.test(last)) return undefined
  if (/^Timeout, server .* not responding/.test(last)) return new Error(t('it no longer answers'))
  return new Error(last.replace(/^(client_loop|ssh): /, '').replace(/\.?\s*$/, ''))
}
