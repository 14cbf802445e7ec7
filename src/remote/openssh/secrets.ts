import { readFile } from 'node:fs/promises'
import { t } from '@vscode/l10n'
import type { KeptPassphrases, Prompts, SecretQuestion } from '../connection'
import { keyFileFingerprint } from '../key-files'
import { secretQuestion } from '../secret-question'
import type { Answer } from './askpass'
import type { SshLog } from './ssh-log'
import { sshQuestion } from './ssh-question'
import { TokenPins } from './token-pins'

/** One ssh, and where its questions go. */
export interface AskingSsh {
  readonly machine: string
  /** The private keys that it may unlock. */
  readonly identityFiles: readonly string[]
  /** Its output so far. */
  readonly log: () => SshLog | Promise<SshLog>
  /** Prompts that pause the connection's time limit. */
  readonly prompts: Pick<Prompts, 'secret'>
  /** Kills it: its question stays unanswered, and it would send an empty answer, which counts as a wrong one. */
  readonly giveUp: () => void
  readonly passwords?: KeptPasswords
}

/** The secrets that ssh asks for while one connection is made. */
export interface AskedSecrets {
  readonly answer: Answer
  /** Whether a question was left unanswered. */
  declined(): boolean
  /** The connection is made, as `log` says: what was answered was right, but for what that calls wrong. */
  accept(log: SshLog): void
  /** Nobody is to wait any longer for whether it was. */
  end(log?: SshLog): void
}

/** Accepted passwords, by ssh's question: with a login per command they are asked for only once. */
export type KeptPasswords = Map<string, string>

/**
 * The secrets that ssh asks for in a session: a passphrase is asked for once, however many servers accept the key. Unlike with ssh2,
 * the passphrase itself is kept in memory, because each ssh unlocks the key again.
 */
export class OpensshSecrets {
  readonly #kept: KeptPassphrases | undefined
  readonly #known = new Map<string, string>()
  /** Passphrase questions in progress, by the path of the key. */
  readonly #asking = new Map<string, Promise<string | undefined>>()
  readonly #pins = new TokenPins()

  constructor(kept: KeptPassphrases | undefined) {
    this.#kept = kept
  }

  of({ machine, identityFiles, log, prompts, giveUp, passwords }: AskingSsh): AskedSecrets {
    const tries = new Map<string, number>()
    const given = new Map<string, string>()
    const offered = new Map<string, string>()
    let declined = false

    async function put(question: SecretQuestion): Promise<string | undefined> {
      const secret = await prompts.secret(question)
      if (secret === undefined) declined = true
      return secret
    }

    async function ask(what: string): Promise<string | undefined> {
      const number = (tries.get(what) ?? 0) + 1
      tries.set(what, number)
      return put(secretQuestion(machine, what, number))
    }

    const pins = this.#pins.of((token, isAgain) => {
      const what = t('PIN of the token {0}', token)
      // ssh itself has no second try, with which somebody might lock the token.
      return put({ ...secretQuestion(machine, what, isAgain ? 2 : 1), tries: { of: what, isLast: true } })
    })
    let refused = 0
    const heed = (said: SshLog) => {
      for (; refused < said.refusedPins; refused++) pins.refuse()
    }

    const findPassphrase = async (path: string): Promise<string | undefined> => {
      const known = this.#known.get(path) ?? (given.has(path) ? undefined : await this.#keptFor(path))
      // ssh asks again only if the answer was wrong.
      if (known !== undefined && known !== given.get(path)) {
        given.set(path, known)
        return known
      }
      this.#known.delete(path)
      if (given.has(path)) await this.#forget(path)
      const passphrase = await ask(t('passphrase of {0}', path))
      if (passphrase === undefined) return undefined
      given.set(path, passphrase)
      offered.set(path, passphrase)
      this.#known.set(path, passphrase)
      return passphrase
    }

    /** One at a time: if one caller's question is not answered, the next caller asks on its own. */
    const passphraseOf = async (path: string): Promise<string | undefined> => {
      for (let other = this.#asking.get(path); other; other = this.#asking.get(path)) await other.catch(() => {})
      const asking = findPassphrase(path).finally(() => this.#asking.delete(path))
      this.#asking.set(path, asking)
      return asking
    }

    const answerTo = async (prompt: string): Promise<string | undefined> => {
      const said = await log()
      const question = sshQuestion(prompt, said, identityFiles)
      if (question.kind === 'passphrase') return passphraseOf(question.path)
      if (question.kind === 'pin') {
        heed(said)
        return pins.answer(question.token)
      }
      const known = passwords?.get(prompt)
      if (known !== undefined && known !== given.get(prompt)) {
        given.set(prompt, known)
        return known
      }
      passwords?.delete(prompt)
      const answer = await ask(question.words)
      if (answer === undefined && question.wantsAnswer) giveUp()
      if (answer === undefined || !question.isPassword) return answer
      given.set(prompt, answer)
      passwords?.set(prompt, answer)
      return answer
    }

    return {
      declined: () => declined,
      answer: answerTo,
      end: said => {
        if (said) heed(said)
        pins.end()
      },
      accept: said => {
        heed(said)
        pins.accept()
        for (const [path, passphrase] of offered)
          if (this.#known.get(path) === passphrase) void this.#offer(path, passphrase)
      },
    }
  }

  async #keptFor(path: string): Promise<string | undefined> {
    const fingerprint = this.#kept && (await fingerprintOf(path))
    return fingerprint === undefined ? undefined : this.#kept?.get(fingerprint)
  }

  async #forget(path: string): Promise<void> {
    const fingerprint = this.#kept && (await fingerprintOf(path))
    if (fingerprint !== undefined) await this.#kept?.forget(fingerprint)
  }

  async #offer(path: string, passphrase: string): Promise<void> {
    const fingerprint = this.#kept && (await fingerprintOf(path))
    if (fingerprint !== undefined) this.#kept?.offer({ path, fingerprint }, passphrase)
  }
}

/** Undefined if it is not a file, such as a key on a token. */
const fingerprintOf = (path: string): Promise<string | undefined> =>
  readFile(path, 'latin1').then(keyFileFingerprint, () => undefined)
