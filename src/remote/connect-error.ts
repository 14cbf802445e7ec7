import { t } from '@vscode/l10n'
import type { Machine } from '../fleet/fleet'
import { type LoginAttempts, loginRefused } from './authentication'
import { RemoteError } from './connection'
import type { MachineSettings } from './machine-settings'

/** How far opening a connection came. */
export type OpeningPhase = 'connect' | 'greeting' | 'authenticate'

/** Milliseconds that each may take. People who are asked take as long as they want. */
export const phaseLimits: Readonly<Record<OpeningPhase, number>> = {
  connect: 15_000,
  greeting: 15_000,
  authenticate: 30_000,
}

const networkErrors: Readonly<Record<string, () => string>> = {
  ECONNREFUSED: () => t('nothing listens there: sshd is not running, or on another port'),
  ENOTFOUND: () => t('there is no such host name'),
  EAI_AGAIN: () => t('the host name could not be looked up: the name server does not answer'),
  EHOSTUNREACH: () => t('there is no way to it: the server is off, or the network is'),
  EHOSTDOWN: () => t('the server is off'),
  ENETUNREACH: () => t('there is no way to its network'),
  ETIMEDOUT: () => t('it does not answer'),
  ECONNRESET: () => t('it cut the connection off'),
}

const late: Readonly<Record<OpeningPhase, (seconds: number) => string>> = {
  connect: seconds => t('it does not answer within {0} s', seconds),
  greeting: seconds => t('something took the connection and did not speak SSH within {0} s', seconds),
  authenticate: seconds => t('it let nobody in or out within {0} s of logging in', seconds),
}

/** Opening a connection took too long. */
export function lateError(
  machine: Machine,
  settings: MachineSettings,
  phase: OpeningPhase,
  seconds: number,
): RemoteError {
  return cannotReach(machine, settings, phase, late[phase](seconds))
}

/** Opening a connection failed with an error of ssh2 or of the network. */
export function connectError(
  machine: Machine,
  settings: MachineSettings,
  phase: OpeningPhase,
  attempts: LoginAttempts,
  error: Error & { code?: unknown; level?: string },
): RemoteError {
  if (error.level === 'client-authentication' || (phase === 'authenticate' && error.level !== 'client-socket'))
    return loginRefused(machine.name, settings, attempts, error)
  const known = typeof error.code === 'string' ? networkErrors[error.code]?.() : undefined
  if (/no matching/i.test(error.message))
    return new RemoteError(
      machine.name,
      'connect',
      t('{0} takes none of the algorithms that are offered to it: {1}.', whereOf(settings), error.message),
      { cause: error, remedy: t('Look at KexAlgorithms, Ciphers, MACs and HostKeyAlgorithms in its sshd_config.') },
    )
  const silent = /before handshake/i.test(error.message)
  return cannotReach(machine, settings, phase, known ?? (silent ? hangsUp() : wordsOf(error)), error)
}

/** Whether opening failed because the server takes nothing that was offered to it: another client may have what it wants. */
export const isNoCommonAlgorithm = (error: unknown): boolean =>
  error instanceof RemoteError && error.cause instanceof Error && /no matching/i.test(error.cause.message)

/** The server closed the connection without a word, as sshd does beyond MaxStartups, or a firewall of its own. */
export function closedError(
  machine: Machine,
  settings: MachineSettings,
  phase: OpeningPhase,
  attempts: LoginAttempts,
): RemoteError {
  if (phase === 'authenticate')
    return loginRefused(machine.name, settings, attempts, new Error('the server closed the connection'))
  return cannotReach(machine, settings, phase, hangsUp())
}

/** The way to the server broke, and says why. */
export function wayError(machine: Machine, settings: MachineSettings, why: string, cause: unknown): RemoteError {
  return cannotReach(machine, settings, 'connect', why, cause)
}

const hangsUp = () =>
  t('something took the connection and hung up: no SSH server, or one that refuses us (MaxStartups, a firewall)')

const whereOf = ({ hostName, port }: MachineSettings) =>
  `${hostName.includes(':') ? `[${hostName}]` : hostName}:${port}`

const wordsOf = ({ message }: Error) => message.charAt(0).toLowerCase() + message.slice(1).replace(/\.$/, '')

function cannotReach(
  machine: Machine,
  settings: MachineSettings,
  phase: OpeningPhase,
  why: string,
  cause?: unknown,
): RemoteError {
  const { hostName, port, user } = settings
  const jumps = settings.proxyJump
  return new RemoteError(
    machine.name,
    phase === 'authenticate' ? 'authenticate' : 'connect',
    jumps === undefined
      ? t('{0} could not be reached: {1}.', whereOf(settings), why)
      : t('{0} could not be reached through {1}: {2}.', whereOf(settings), jumps, why),
    { cause, remedy: t('Try `ssh -p {0} {1}@{2}`.', port, user, hostName) },
  )
}
