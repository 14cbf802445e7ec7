import { readFile } from 'node:fs/promises'
import { t } from '@vscode/l10n'
import type { KeptPassphrases, Prompts, SecretQuestion } from '../connection'
import { keyFileFingerprint } from '../key-files'
import { secretQuestion } from '../secret-question'
import type { Answer } from './askpass'
import type { SshLog } from './ssh-log'
import { sshQuestion } from './ssh-question'
import { TokenPins } from './token-pins'

/** One ssh, and whom its questions go to. */
export interface AskingSsh {
  readonly machine: string
  /** The private keys that it may open. */
  readonly identityFiles: readonly string[]
  /** What it has said so far. */
  readonly log: () => SshLog | Promise<SshLog>
  /** Those that the time of its connection stands still for. */
  readonly prompts: Pick<Prompts, 'secret'>
  /** Ends it: nobody answers what it waits for, and it would send an empty answer, which counts as a wrong one. */
  readonly giveUp: () => void
  readonly passwords?: KeptPasswords
}

/** The secrets that ssh asks for while one connection is made. */
export interface AskedSecrets {
  readonly answer: Answer
  /** Whether somebody was asked and did not answer. */
  declined(): boolean
  /** The connection is made, as `log` says: what was answered was right, but for what that calls wrong. */
  accept(log: SshLog): void
  /** Nobody is to wait any longer for whether it was. */
  end(log?: SshLog): void
}

/** Passwords that were answered, by ssh's question: what logs in to a machine anew for each command asks for them once. */
export type KeptPasswords = Map<string, string>

/**
 * The secrets of a session that ssh asks for: a passphrase is asked for once, however many servers take the key. Unlike ssh2's way
 * it is kept itself, in memory: each ssh opens the key anew.
 */
export class OpensshSecrets {
  readonly #kept: KeptPassphrases | undefined
  readonly #known = new Map<string, string>()
  /** A passphrase that is being looked for, by the path of its key. */
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
      // What ssh asks for once more was not it.
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

    /** Each in turn: who waits for somebody who gives none is asked himself, alone. */
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

/** Undefined for what is no file, such as a key on a token. */
const fingerprintOf = (path: string): Promise<string | undefined> =>
  readFile(path, 'latin1').then(keyFileFingerprint, () => undefined)
