import { t } from '@vscode/l10n'
import type ssh2 from 'ssh2'
import type { AnyAuthMethod, AuthenticationType, AuthHandlerMiddleware, ParsedKey } from 'ssh2'
import { messageOf } from '../fleet/message-of'
import { type Prompts, RemoteError, type SecretQuestion } from './connection'
import { gatherIdentities, type Identity, OneKeyAgent } from './identities'
import type { KeyFiles } from './key-files'
import type { LoginWay, MachineSettings } from './machine-settings'
import { questionLine } from './question-line'
import { mostTries, secretQuestion } from './secret-question'

/** ssh2 ends the login when given false instead of a method; its types do not say so. */
const noOther = false as unknown as AnyAuthMethod

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

export interface AuthenticationOptions {
  readonly keyFiles: Pick<KeyFiles, 'look' | 'open'>
  readonly prompts: Pick<Prompts, 'secret'>
}

/**
 * Login methods in OpenSSH's order (ssh_config(5), PreferredAuthentications): by default keys, then what the operator must type.
 * Methods that the server does not accept are skipped without asking.
 */
export function authenticate(
  machine: string,
  settings: MachineSettings,
  { keyFiles, prompts }: AuthenticationOptions,
): Authentication {
  const { user: username, hostName } = settings
  const tried: string[] = []
  const problems: string[] = []
  let takes: readonly AuthenticationType[] | undefined
  let declined = false

  const may = (way: LoginWay) => !declined && (takes?.includes(way) ?? way === 'publickey')

  async function secret(question: SecretQuestion): Promise<string | undefined> {
    const answer = declined ? undefined : await prompts.secret(question)
    if (answer !== undefined) return answer
    declined = true
    problems.push(t("the server's question was not answered"))
    return undefined
  }

  async function openKey(path: string): Promise<ParsedKey | undefined> {
    try {
      const key = await keyFiles.open(path, machine, prompts)
      if (!key) problems.push(t('no passphrase was given for {0}', path))
      return key
    } catch (error) {
      problems.push(messageOf(error))
      return undefined
    }
  }

  async function* attempts(): AsyncGenerator<AnyAuthMethod, undefined> {
    // The server lists the methods it accepts in its answer to the first attempt.
    yield { type: 'none', username }
    // After partial success the server may offer other methods, even earlier ones: each generator resumes where it stopped.
    const left = settings.ways.map(way => ({ way, tries: triesOf[way]() }))
    for (;;) {
      const current = left.find(({ way }) => may(way))
      if (!current) return undefined
      const next = await current.tries.next()
      if (next.done) left.splice(left.indexOf(current), 1)
      else yield next.value
    }
  }

  const triesOf: Readonly<Record<LoginWay, () => AsyncGenerator<AnyAuthMethod, void>>> = {
    async *publickey() {
      const identities = await gatherIdentities(machine, settings, keyFiles, prompts)
      problems.push(...identities.problems)
      for (const identity of identities.open) yield* offer(identity)
      for (const { path } of identities.closed) {
        tried.push(path)
        const key = await openKey(path)
        if (key) yield { type: 'publickey', username, key }
      }
    },
    async *'keyboard-interactive'() {
      tried.push('keyboard-interactive')
      for (let number = 1; number <= mostTries; number++) yield { type: 'keyboard-interactive', username, prompt }
    },
    async *password() {
      for (let number = 1; number <= mostTries; number++) {
        const password = await secret(secretQuestion(machine, t('password of {0}@{1}', username, hostName), number))
        if (password === undefined) return
        if (number === 1) tried.push('password')
        yield { type: 'password', username, password }
      }
    },
  }

  async function* offer(identity: Identity): AsyncGenerator<AnyAuthMethod> {
    const agent = new OneKeyAgent(identity)
    tried.push(identity.label)
    yield { type: 'agent', username, agent }
    if (agent.problem !== undefined) problems.push(agent.problem)
    // The key may be only the first factor. ssh2 does not pass on the server's list after agent auth, so ask with 'none'.
    else if (agent.wanted) yield { type: 'none', username }
  }

  function prompt(
    name: string,
    instructions: string,
    _language: string,
    questions: ssh2.Prompt[],
    finish: ssh2.KeyboardInteractiveCallback,
  ): void {
    const heading = [name, instructions].map(questionLine).filter(Boolean)
    const ask = async () => {
      const answers: string[] = []
      // sshd expects exactly one answer per question, and disconnects if one is missing.
      for (const { prompt: asked, echo = false } of questions)
        answers.push((await secret({ machine, reason: [...heading, questionLine(asked)].join(' '), echo })) ?? '')
      return answers
    }
    void ask().then(finish, (error: unknown) => {
      problems.push(t('what the server asked for could not be asked: {0}', messageOf(error)))
      finish(questions.map(() => ''))
    })
  }

  const all = attempts()
  const handler: AuthHandlerMiddleware = (methodsLeft, _partial, next) => {
    if (methodsLeft) takes = methodsLeft
    all.next().then(
      ({ value }) => next(value ?? noOther),
      (error: unknown) => {
        problems.push(messageOf(error))
        next(noOther)
      },
    )
  }
  return {
    handler,
    tried: () => tried,
    problems: () => [...problems, ...(settings.gssapi && takes?.some(isGssapi) ? [gssapiUntried()] : [])],
    taken: () => takes,
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
