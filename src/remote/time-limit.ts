/** A time limit for one phase after the other, which stands still while a person is asked. */
export class TimeLimit<Phase> {
  readonly #onOver: (phase: Phase, milliseconds: number) => void
  #phase: { readonly name: Phase; readonly milliseconds: number } | undefined
  #timer: NodeJS.Timeout | undefined
  #asking = 0

  constructor(onOver: (phase: Phase, milliseconds: number) => void) {
    this.#onOver = onOver
  }

  /** Ends the phase before, and gives the next one so long. */
  begin(name: Phase, milliseconds: number): void {
    this.#phase = { name, milliseconds }
    this.#start()
  }

  end(): void {
    this.#phase = undefined
    clearTimeout(this.#timer)
  }

  /** Does what takes a person's time; afterwards the phase has all of its own again. */
  async pausedFor<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#asking++
    clearTimeout(this.#timer)
    try {
      return await work()
    } finally {
      this.#asking--
      this.#start()
    }
  }

  #start(): void {
    clearTimeout(this.#timer)
    const phase = this.#phase
    if (!phase || this.#asking > 0) return
    this.#timer = setTimeout(() => this.#onOver(phase.name, phase.milliseconds), phase.milliseconds)
  }
}
