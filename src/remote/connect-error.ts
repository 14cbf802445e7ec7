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

const networkErrors: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there: sshd is not running, or on another port',
  ENOTFOUND: 'there is no such host name',
  EAI_AGAIN: 'the host name could not be looked up: the name server does not answer',
  EHOSTUNREACH: 'there is no way to it: the server is off, or the network is',
  EHOSTDOWN: 'the server is off',
  ENETUNREACH: 'there is no way to its network',
  ETIMEDOUT: 'it does not answer',
  ECONNRESET: 'it cut the connection off',
}

const late: Readonly<Record<OpeningPhase, (seconds: number) => string>> = {
  connect: seconds => `it does not answer within ${seconds} s`,
  greeting: seconds => `something took the connection and did not speak SSH within ${seconds} s`,
  authenticate: seconds => `it let nobody in or out within ${seconds} s of logging in`,
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
  const known = typeof error.code === 'string' ? networkErrors[error.code] : undefined
  if (/no matching/i.test(error.message))
    return new RemoteError(
      machine.name,
      'connect',
      `${whereOf(settings)} takes none of the algorithms that are offered to it: ${error.message}.`,
      { cause: error, remedy: 'Look at KexAlgorithms, Ciphers, MACs and HostKeyAlgorithms in its sshd_config.' },
    )
  const silent = /before handshake/i.test(error.message)
  return cannotReach(machine, settings, phase, known ?? (silent ? hangsUp : wordsOf(error)), error)
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
  return cannotReach(machine, settings, phase, hangsUp)
}

/** The way to the server broke, and says why. */
export function wayError(machine: Machine, settings: MachineSettings, why: string, cause: unknown): RemoteError {
  return cannotReach(machine, settings, 'connect', why, cause)
}

const hangsUp =
  'something took the connection and hung up: no SSH server, or one that refuses us (MaxStartups, a firewall)'

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
  const through = settings.proxyJump === undefined ? '' : ` through ${settings.proxyJump}`
  return new RemoteError(
    machine.name,
    phase === 'authenticate' ? 'authenticate' : 'connect',
    `${whereOf(settings)} could not be reached${through}: ${why}.`,
    { cause, remedy: `Try \`ssh -p ${port} ${user}@${hostName}\`.` },
  )
}
