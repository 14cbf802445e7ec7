/** A time limit for successive phases, paused while a person is asked. */
export class TimeLimit<Phase> {
  readonly #onOver: (phase: Phase, milliseconds: number) => void
  #phase: { readonly name: Phase; readonly milliseconds: number } | undefined
  #timer: NodeJS.Timeout | undefined
  #asking = 0

  constructor(onOver: (phase: Phase, milliseconds: number) => void) {
    this.#onOver = onOver
  }

  /** Ends the previous phase, and starts the next one with this limit. */
  begin(name: Phase, milliseconds: number): void {
    this.#phase = { name, milliseconds }
    this.#start()
  }

  end(): void {
    this.#phase = undefined
    clearTimeout(this.#timer)
  }

  /** Runs work that waits for a person; afterwards the phase has its full time again. */
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
