import { hidingSecrets, secretVariables } from './hiding-secrets'

/** The secrets that this process has been told, in memory only: so that nothing that it shows or writes down holds one of them. */
export class KnownSecrets {
  readonly #values: Set<string>
  #hide: (text: string) => string

  /** Knows those of the environment. */
  constructor(environment: NodeJS.ProcessEnv) {
    this.#values = new Set(secretVariables.map(variable => environment[variable] ?? ''))
    this.#hide = hidingSecrets(this.#values)
  }

  add(secret: string): void {
    this.#values.add(secret)
    this.#hide = hidingSecrets(this.#values)
  }

  /** Takes them out of a text. */
  readonly hideIn = (text: string): string => this.#hide(text)
}
