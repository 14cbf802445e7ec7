import { t } from '@vscode/l10n'
import type { AnyAuthMethod, AuthHandlerMiddleware } from 'ssh2'
import { messageOf } from '../fleet/message-of'
import { RemoteError } from './connection'
import { type Login, loginMethods } from './login-methods'
import type { MachineSettings } from './machine-settings'

/** ssh2 ends the login when given false instead of a method; its types do not say so. */
const endLogin = false as unknown as AnyAuthMethod

/** Logging in to one machine with ssh2: supplies the methods to try, and records their results for the error if none works. */
export interface Authentication extends LoginAttempts {
  readonly handler: AuthHandlerMiddleware
}

/** The result of logging in, with either client. */
export interface LoginAttempts {
  /** Such as `/home/alice/.ssh/id_ed25519` or `password`, in order. */
  tried(): readonly string[]
  /** Keys that could not be used, and questions left unanswered. */
  problems(): readonly string[]
  /** The methods that the server accepts, if it has said so. */
  taken(): readonly string[] | undefined
}

export type AuthenticationOptions = Pick<Login, 'keyFiles' | 'prompts'>

/**
 * Login methods in OpenSSH's order (ssh_config(5), PreferredAuthentications): by default keys, then what the operator must type.
 * Methods that the server does not accept are skipped without asking.
 */
export function authenticate(
  machine: string,
  settings: MachineSettings,
  options: AuthenticationOptions,
): Authentication {
  const login: Login = { machine, settings, ...options, tried: [], problems: [], takes: undefined, declined: false }
  const methods = loginMethods(login)
  return {
    handler(methodsLeft, _partial, next) {
      if (methodsLeft) login.takes = methodsLeft
      methods.next().then(
        ({ value }) => next(value ?? endLogin),
        (error: unknown) => {
          login.problems.push(messageOf(error))
          next(endLogin)
        },
      )
    },
    tried: () => login.tried,
    problems: () => [...login.problems, ...(settings.gssapi && login.takes?.some(isGssapi) ? [gssapiUntried()] : [])],
    taken: () => login.takes,
  }
}

const isGssapi = (way: string) => way === 'gssapi-with-mic'

const gssapiUntried = () =>
  t('GSSAPI was not tried: that is left to ssh, where `klist -s` finds a ticket (`kinit` gets one)')

/** The error for a login where every method failed, or where the server disconnected after too many attempts. */
export function loginRefused(
  machine: string,
  { user, hostName, port }: MachineSettings,
  authentication: LoginAttempts,
  cause: Error,
): RemoteError {
  const tried = authentication.tried()
  const tooMany = /too many authentication failures/i.test(cause.message)
  const hungUp = /closed the connection/i.test(cause.message)
  const facts = [
    t('{0}@{1} could not log in', user, hostName),
    tooMany
      ? t(
          'the server disconnected after too many keys (sshd_config(5), MaxAuthTries), out of {0} available: {1}',
          tried.length,
          tried.join(', '),
        )
      : tried.length > 0
        ? t('tried: {0}', tried.join(', '))
        : t('there was nothing to try: no agent and no key file'),
    ...(hungUp
      ? [t('the server closed the connection, as it does when no answer arrives within its LoginGraceTime')]
      : []),
    ...authentication.problems(),
    ...(authentication.taken()?.length
      ? [t('the server accepts {0}', String(authentication.taken()?.join(', ')))]
      : []),
  ]
  return new RemoteError(machine, 'authenticate', `${facts.join('; ')}.`, {
    cause,
    remedy: tooMany
      ? t(
          'Choose the right key: set "identity_file" under "ssh" in fleet.yaml, or IdentityFile and IdentitiesOnly in ~/.ssh/config.',
        )
      : t(
          'Try `ssh -p {0} {1}@{2}`; set "user" or "identity_file" under "ssh" in fleet.yaml, or load the key into the agent (ssh-add).',
          port,
          user,
          hostName,
        ),
  })
}
