import { readFile } from 'node:fs/promises'
import ssh2, { type AnyAuthMethod, type AuthenticationType, type AuthHandlerMiddleware, type ParsedKey } from 'ssh2'
import { type Prompts, RemoteError } from './connection'
import type { MachineSettings } from './machine-settings'

/** One way to log in, as ssh2's authHandler takes it. */
type Attempt = AnyAuthMethod

/** ssh2 ends the login when it is given false instead of a way; its types do not have that. */
const noOther = false as unknown as Attempt

/** Logging in to one machine: what ssh2 asks for ways, and what was tried, for the words when none worked. */
export interface Authentication {
  readonly handler: AuthHandlerMiddleware
  /** Such as `agent`, `~/.ssh/id_ed25519`, in order. */
  readonly tried: readonly string[]
  /** A key that could not be used, and why. */
  readonly problems: readonly string[]
}

/**
 * Ways to log in, in OpenSSH's order (ssh_config(5), PreferredAuthentications): the agent, the identity files, then what the
 * operator is asked for. A way that the server does not take is passed over without a question.
 */
export function authenticate(machine: string, settings: MachineSettings, prompts: Prompts): Authentication {
  const tried: string[] = []
  const problems: string[] = []
  const attempts = attemptsInOrder(machine, settings, prompts, { tried, problems })
  const handler: AuthHandlerMiddleware = (methodsLeft, _partial, next) => {
    // What the server takes is not known before its first answer.
    const taken = methodsLeft as AuthenticationType[] | null
    attempts.next(taken ?? undefined).then(
      ({ value }) => next(value ?? noOther),
      () => next(noOther),
    )
  }
  return { handler, tried, problems }
}

async function* attemptsInOrder(
  machine: string,
  settings: MachineSettings,
  prompts: Prompts,
  said: { tried: string[]; problems: string[] },
): AsyncGenerator<Attempt, undefined, AuthenticationType[] | undefined> {
  const { user: username } = settings
  // The first question that a server is asked is what it takes.
  let takes = yield { type: 'none', username }
  const mayTry = (method: AuthenticationType) => takes === undefined || takes.includes(method)

  if (settings.agent !== undefined && !settings.identitiesOnly && mayTry('publickey')) {
    said.tried.push('agent')
    takes = yield { type: 'agent', username, agent: settings.agent }
  }
  for (const file of settings.identityFiles) {
    if (!mayTry('publickey')) break
    const key = await readIdentity(machine, file, prompts, said.problems)
    if (!key) continue
    said.tried.push(file)
    takes = yield { type: 'publickey', username, key }
  }
  if (settings.agent !== undefined && settings.identitiesOnly && mayTry('publickey')) {
    said.tried.push('agent')
    takes = yield { type: 'agent', username, agent: settings.agent }
  }
  if (takes?.includes('keyboard-interactive')) {
    said.tried.push('keyboard-interactive')
    takes = yield {
      type: 'keyboard-interactive',
      username,
      prompt: (
        _name: string,
        _instructions: string,
        _language: string,
        questions: ssh2.Prompt[],
        finish: ssh2.KeyboardInteractiveCallback,
      ) => void answerAll(machine, prompts, questions).then(finish),
    }
  }
  if (takes?.includes('password')) {
    const password = await prompts.secret({
      machine,
      reason: `Password of ${username}@${settings.hostName}`,
      echo: false,
    })
    if (password !== undefined) {
      said.tried.push('password')
      yield { type: 'password', username, password }
    }
  }
  return undefined
}

async function answerAll(
  machine: string,
  prompts: Prompts,
  questions: readonly { prompt: string; echo?: boolean }[],
): Promise<string[]> {
  const answers: string[] = []
  for (const { prompt, echo } of questions)
    answers.push((await prompts.secret({ machine, reason: prompt.trim(), echo: echo ?? false })) ?? '')
  return answers
}

const mostPassphrases = 3

/** A private key that can sign, or undefined if the file is not there or cannot be used; that goes to `problems`. */
async function readIdentity(
  machine: string,
  file: string,
  prompts: Prompts,
  problems: string[],
): Promise<ParsedKey | undefined> {
  let text: Buffer
  try {
    text = await readFile(file)
  } catch (error) {
    // OpenSSH passes over the default names that are not there, and so do we.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') problems.push(`${file} cannot be read`)
    else problems.push(`${file} is not there`)
    return undefined
  }
  let parsed = ssh2.utils.parseKey(text)
  for (
    let tries = 0;
    parsed instanceof Error && /passphrase|encrypted/i.test(parsed.message) && tries < mostPassphrases;
    tries++
  ) {
    const passphrase = await prompts.secret({ machine, reason: `Passphrase of ${file}`, echo: false })
    if (passphrase === undefined) return undefined
    parsed = ssh2.utils.parseKey(text, passphrase)
  }
  const key = parsed instanceof Error ? parsed : [parsed].flat()[0]
  if (key && !(key instanceof Error)) return key
  problems.push(`${file} cannot be used: ${key ? key.message : 'it holds no key'}`)
  return undefined
}

/** What to say when no way of logging in worked. */
export function loginRefused(
  machine: string,
  settings: MachineSettings,
  { tried, problems }: Authentication,
  cause: unknown,
): RemoteError {
  const ways = tried.length > 0 ? `Tried: ${tried.join(', ')}.` : 'There was nothing to try: no agent, no key file.'
  const why = problems.length > 0 ? ` ${problems.join('; ')}.` : ''
  return new RemoteError(
    machine,
    'authenticate',
    `${settings.user}@${settings.hostName} was not let in. ${ways}${why}`,
    {
      cause,
      remedy: `Try \`ssh -p ${settings.port} ${settings.user}@${settings.hostName}\`; set "user" or "identity_file" under "ssh" in fleet.yaml, or load the key into the agent (ssh-add).`,
    },
  )
}
