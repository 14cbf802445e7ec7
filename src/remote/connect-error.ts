import { t } from '@vscode/l10n'
import type { Machine } from '../fleet/fleet'
import { type LoginAttempts, loginRefused } from './authentication'
import { RemoteError } from './connection'
import type { MachineSettings } from './machine-settings'

/** How far opening a connection got. */
export type OpeningPhase = 'connect' | 'greeting' | 'authenticate'

/** Milliseconds that each phase may take by default. Time spent on questions to the operator does not count. */
export const phaseLimits: Readonly<Record<OpeningPhase, number>> = {
  connect: 15_000,
  greeting: 15_000,
  authenticate: 30_000,
}

/** How many milliseconds a phase may take with these settings: connecting takes ConnectTimeout (ssh_config(5)), if that is set. */
export function phaseMilliseconds(phase: OpeningPhase, { connectTimeout }: MachineSettings): number {
  return phase === 'connect' && connectTimeout ? connectTimeout * 1000 : phaseLimits[phase]
}

const networkErrors: Readonly<Record<string, () => string>> = {
  ECONNREFUSED: () => t('nothing listens there: sshd is not running, or on another port'),
  ENOTFOUND: () => t('no such host name'),
  EAI_AGAIN: () => t('the host name could not be resolved: the name server does not answer'),
  EHOSTUNREACH: () => t('no route to host: the server or the network is down'),
  EHOSTDOWN: () => t('the server is down'),
  ENETUNREACH: () => t('no route to its network'),
  ETIMEDOUT: () => t('it does not answer'),
  ECONNRESET: () => t('it reset the connection'),
}

const late: Readonly<Record<OpeningPhase, (seconds: number) => string>> = {
  connect: seconds => t('it did not answer within {0} s', seconds),
  greeting: seconds => t('the connection was accepted, but nothing spoke SSH within {0} s', seconds),
  authenticate: seconds => t('the login was neither accepted nor rejected within {0} s', seconds),
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
      t('{0} accepts none of the algorithms offered to it: {1}.', whereOf(settings), error.message),
      { cause: error, remedy: t('Check KexAlgorithms, Ciphers, MACs and HostKeyAlgorithms in its sshd_config.') },
    )
  const silent = /before handshake/i.test(error.message)
  return cannotReach(machine, settings, phase, known ?? (silent ? hangsUp() : wordsOf(error)), error)
}

/** Whether opening failed because the server accepts no offered algorithm: another client may have one that it does. */
export const isNoCommonAlgorithm = (error: unknown): boolean =>
  error instanceof RemoteError && error.cause instanceof Error && /no matching/i.test(error.cause.message)

/** The server closed the connection silently, as sshd does beyond MaxStartups, and as firewalls do. */
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

/** The jump host or ProxyCommand on the way to the server failed, and said why. */
export function wayError(machine: Machine, settings: MachineSettings, why: string, cause: unknown): RemoteError {
  return cannotReach(machine, settings, 'connect', why, cause)
}

const hangsUp = () =>
  t(
    'the connection was accepted and then closed: not an SSH server, or one that is refusing connections (MaxStartups, a firewall)',
  )

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
