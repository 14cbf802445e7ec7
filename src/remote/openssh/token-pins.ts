/** Asks for the PIN of a token; `isAgain` says that the last one was wrong. Undefined if nobody answers. */
export type AskPin = (token: string, isAgain: boolean) => Promise<string | undefined>

/** The PINs that one ssh asks for. */
export interface AskedPins {
  answer(token: string): Promise<string | undefined>
  /** ssh says that the one which it was given last is wrong. */
  refuse(): void
  /** It is logged in: what it was given is right. */
  accept(): void
  /** Nobody is to wait for it any longer. */
  end(): void
}

/**
 * The PINs of a session, by their tokens' labels: asked for once, however many servers take a key of the token. A token locks itself after
 * a few wrong ones: what somebody answers goes to one ssh, and the others wait until that is known to be right.
 */
export class TokenPins {
  readonly #right = new Map<string, string>()
  readonly #wrong = new Set<string>()
  /** Tokens whose PIN an ssh is just trying. */
  readonly #trying = new Map<string, Promise<void>>()

  of(ask: AskPin): AskedPins {
    const given = new Map<string, string>()
    const waitedFor = new Map<string, () => void>()
    let last: string | undefined

    const end = () => {
      for (const [token, done] of waitedFor) {
        this.#trying.delete(token)
        done()
      }
      waitedFor.clear()
    }
    const answerNew = async (token: string): Promise<string | undefined> => {
      this.#trying.set(token, new Promise(done => waitedFor.set(token, done)))
      const pin = await ask(token, this.#wrong.has(token))
      if (pin === undefined) end()
      return pin
    }
    return {
      answer: async token => {
        last = token
        // Some keys want it for each signature, and not only once for the token (PKCS#11, CKA_ALWAYS_AUTHENTICATE).
        if (!given.has(token)) while (this.#trying.has(token)) await this.#trying.get(token)
        const pin = given.get(token) ?? this.#right.get(token) ?? (await answerNew(token))
        if (pin !== undefined) given.set(token, pin)
        return pin
      },
      refuse: () => {
        if (last === undefined) return
        if (this.#right.get(last) === given.get(last)) this.#right.delete(last)
        given.delete(last)
        this.#wrong.add(last)
      },
      accept: () => {
        for (const [token, pin] of given) {
          this.#right.set(token, pin)
          this.#wrong.delete(token)
        }
        end()
      },
      end,
    }
  }
}
