import { t } from '@vscode/l10n'
import type ssh2 from 'ssh2'
import type { AnyAuthMethod, AuthenticationType, ParsedKey } from 'ssh2'
import { messageOf } from '../fleet/message-of'
import type { Prompts, SecretQuestion } from './connection'
import { gatherIdentities, type Identity, OneKeyAgent } from './identities'
import type { KeyFiles } from './key-files'
import type { LoginWay, MachineSettings } from './machine-settings'
import { questionLine } from './question-line'
import { mostTries, secretQuestion } from './secret-question'

/** One login: what it may use, and how it has gone so far. */
export interface Login {
  readonly machine: string
  readonly settings: MachineSettings
  readonly keyFiles: Pick<KeyFiles, 'look' | 'open'>
  readonly prompts: Pick<Prompts, 'secret'>
  /** Such as `/home/alice/.ssh/id_ed25519` or `password`, in order. */
  readonly tried: string[]
  /** Keys that could not be used, and questions left unanswered. */
  readonly problems: string[]
  /** The methods that the server accepts, once it has said so. */
  takes: readonly AuthenticationType[] | undefined
  /** Whether a question was left unanswered: nothing more is asked then. */
  declined: boolean
}

type Methods = AsyncGenerator<AnyAuthMethod, undefined>

/** The methods to try, in the order of the settings. Those that the server does not accept are skipped without asking. */
export async function* loginMethods(login: Login): Methods {
  // The server lists the methods it accepts in its answer to the first attempt.
  yield { type: 'none', username: login.settings.user }
  // After partial success the server may offer other methods, even earlier ones: each generator resumes where it stopped.
  const left = login.settings.ways.map(way => ({ way, methods: methodsOf[way](login) }))
  for (;;) {
    const current = left.find(({ way }) => may(login, way))
    if (!current) return undefined
    const next = await current.methods.next()
    if (next.done) left.splice(left.indexOf(current), 1)
    else yield next.value
  }
}

const may = ({ declined, takes }: Login, way: LoginWay) => !declined && (takes?.includes(way) ?? way === 'publickey')

const methodsOf: Readonly<Record<LoginWay, (login: Login) => Methods>> = {
  publickey: keys,
  'keyboard-interactive': serversQuestions,
  password: passwords,
}

async function* keys(login: Login): Methods {
  const { machine, settings, keyFiles, prompts } = login
  const identities = await gatherIdentities(machine, settings, keyFiles, prompts)
  login.problems.push(...identities.problems)
  for (const identity of identities.open) yield* offer(login, identity)
  for (const { path } of identities.closed) {
    login.tried.push(path)
    const key = await openKey(login, path)
    if (key) yield { type: 'publickey', username: settings.user, key }
  }
}

async function* offer({ settings: { user: username }, tried, problems }: Login, identity: Identity): Methods {
  const agent = new OneKeyAgent(identity)
  tried.push(identity.label)
  yield { type: 'agent', username, agent }
  if (agent.problem !== undefined) problems.push(agent.problem)
  // The key may be only the first factor. ssh2 does not pass on the server's list after agent auth, so ask with 'none'.
  else if (agent.wanted) yield { type: 'none', username }
}

async function openKey({ machine, keyFiles, prompts, problems }: Login, path: string): Promise<ParsedKey | undefined> {
  try {
    const key = await keyFiles.open(path, machine, prompts)
    if (!key) problems.push(t('no passphrase was given for {0}', path))
    return key
  } catch (error) {
    problems.push(messageOf(error))
    return undefined
  }
}

async function* passwords(login: Login): Methods {
  const { user: username, hostName } = login.settings
  const what = t('password of {0}@{1}', username, hostName)
  for (let number = 1; number <= mostTries; number++) {
    const password = await secret(login, secretQuestion(login.machine, what, number))
    if (password === undefined) return
    if (number === 1) login.tried.push('password')
    yield { type: 'password', username, password }
  }
}

async function* serversQuestions(login: Login): Methods {
  login.tried.push('keyboard-interactive')
  const prompt = promptOf(login)
  for (let number = 1; number <= mostTries; number++)
    yield { type: 'keyboard-interactive', username: login.settings.user, prompt }
}

/** Asks the operator what the server asks. */
function promptOf(login: Login): ssh2.KeyboardInteractiveAuthMethod['prompt'] {
  async function answersTo(heading: readonly string[], questions: readonly ssh2.Prompt[]): Promise<string[]> {
    const answers: string[] = []
    // sshd expects exactly one answer per question, and disconnects if one is missing.
    for (const { prompt, echo = false } of questions) {
      const reason = [...heading, questionLine(prompt)].join(' ')
      answers.push((await secret(login, { machine: login.machine, reason, echo })) ?? '')
    }
    return answers
  }
  return (name, instructions, _language, questions, finish) => {
    const heading = [name, instructions].map(questionLine).filter(Boolean)
    void answersTo(heading, questions).then(finish, (error: unknown) => {
      login.problems.push(t('what the server asked for could not be asked: {0}', messageOf(error)))
      finish(questions.map(() => ''))
    })
  }
}

async function secret(login: Login, question: SecretQuestion): Promise<string | undefined> {
  const answer = login.declined ? undefined : await login.prompts.secret(question)
  if (answer !== undefined) return answer
  login.declined = true
  login.problems.push(t("the server's question was not answered"))
  return undefined
}
