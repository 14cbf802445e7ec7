import { readFile } from 'node:fs/promises'
import type { KeptPassphrases, Prompts } from '../connection'
import { keyFileFingerprint } from '../key-files'
import { secretQuestion } from '../secret-question'
import type { Answer } from './askpass'

/** The secrets that ssh asks for while one connection is made. */
export interface AskedSecrets {
  readonly answer: Answer
  /** Whether somebody was asked and did not answer. */
  declined(): boolean
  /** The connection is made: what was answered was right. */
  accept(): void
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
  /** A passphrase that somebody is being asked for, by the path of its key. */
  readonly #asking = new Map<string, Promise<string | undefined>>()

  constructor(kept: KeptPassphrases | undefined) {
    this.#kept = kept
  }

  /** `prompts` are those that the time of this connection stands still for. */
  of(machine: string, prompts: Pick<Prompts, 'secret'>, passwords?: KeptPasswords): AskedSecrets {
    const tries = new Map<string, number>()
    const given = new Map<string, string>()
    const offered = new Map<string, string>()
    let declined = false

    async function ask(what: string): Promise<string | undefined> {
      const number = (tries.get(what) ?? 0) + 1
      tries.set(what, number)
      const secret = declined ? undefined : await prompts.secret(secretQuestion(machine, what, number))
      if (secret === undefined) declined = true
      return secret
    }

    const passphraseOf = async (path: string): Promise<string | undefined> => {
      await this.#asking.get(path)
      const known = this.#known.get(path) ?? (given.has(path) ? undefined : await this.#keptFor(path))
      // What ssh asks for once more was not it.
      if (known !== undefined && known !== given.get(path)) {
        given.set(path, known)
        return known
      }
      this.#known.delete(path)
      if (given.has(path)) await this.#forget(path)
      const asking = ask(`passphrase of ${path}`)
      this.#asking.set(path, asking)
      const passphrase = await asking.finally(() => this.#asking.delete(path))
      if (passphrase === undefined) return undefined
      given.set(path, passphrase)
      offered.set(path, passphrase)
      this.#known.set(path, passphrase)
      return passphrase
    }

    const passwordOf = async (prompt: string): Promise<string | undefined> => {
      const known = passwords?.get(prompt)
      if (known !== undefined && known !== given.get(prompt)) {
        given.set(prompt, known)
        return known
      }
      passwords?.delete(prompt)
      const answer = await ask(wordsOf(prompt))
      // A code that counts once is no password.
      if (answer === undefined || !isPassword.test(prompt)) return answer
      given.set(prompt, answer)
      passwords?.set(prompt, answer)
      return answer
    }

    return {
      declined: () => declined,
      answer: prompt => {
        const path = /^Enter passphrase for (?:key )?'(.+)': $/.exec(prompt)?.[1]
        return path === undefined ? passwordOf(prompt) : passphraseOf(path)
      },
      accept: () => {
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

const isPassword = /password: ?$/i

/** ssh's question as the middle of a sentence: `alice@host's password: ` is the `password of alice@host`. */
function wordsOf(prompt: string): string {
  const password = /^(?:\((.+)\) )?(?:(\S+@\S+)'s )?password: ?$/i.exec(prompt)
  const who = password?.[1] ?? password?.[2]
  return who === undefined ? prompt.trim().replace(/:$/, '') : `password of ${who}`
}
