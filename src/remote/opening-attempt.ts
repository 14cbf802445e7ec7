import type { Machine } from '../fleet/fleet'
import { lateError, type OpeningPhase, phaseMilliseconds } from './connect-error'
import { sessionEnded } from './connection'
import type { MachineSettings } from './machine-settings'
import { TimeLimit } from './time-limit'

/** One attempt to open a connection with either client: how far it got, how long that may take, and its one result. */
export class OpeningAttempt<Opened> {
  readonly #settings: MachineSettings
  readonly #signal: AbortSignal
  readonly #cut: () => void
  readonly #limit: TimeLimit<OpeningPhase>
  readonly #onAbort: () => void
  #phase: OpeningPhase = 'connect'
  #isOver = false
  #resolve: (opened: Opened) => void = () => {}
  #reject: (error: Error) => void = () => {}

  /** It fails if `signal` aborts. `cut` closes the transport it goes over. */
  constructor(machine: Machine, settings: MachineSettings, signal: AbortSignal, cut: () => void) {
    this.#settings = settings
    this.#signal = signal
    this.#cut = cut
    this.#limit = new TimeLimit((late, milliseconds) =>
      this.fail(lateError(machine, settings, late, milliseconds / 1000)),
    )
    this.#onAbort = () => this.fail(sessionEnded(machine))
  }

  get phase(): OpeningPhase {
    return this.#phase
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** Calls `start`, unless the session has ended. Resolves with what it succeeds with; rejects with the error it fails with. */
  begin(start: () => void): Promise<Opened> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
      this.#signal.addEventListener('abort', this.#onAbort)
      if (this.#signal.aborted) return this.#onAbort()
      this.enter('connect')
      start()
    })
  }

  /** Begins a phase, and its time limit. */
  enter(phase: OpeningPhase): void {
    this.#phase = phase
    this.#limit.begin(phase, phaseMilliseconds(phase, this.#settings))
  }

  /** Runs work that waits for the operator, whose time does not count. */
  pausedFor<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#limit.pausedFor(work)
  }

  succeed(opened: Opened): void {
    this.#settle()
    this.#resolve(opened)
  }

  /** Cuts the transport even of a connection that has been opened, which may break later. */
  fail(error: Error): void {
    this.#settle()
    this.#cut()
    this.#reject(error)
  }

  #settle(): void {
    this.#isOver = true
    this.#limit.end()
    this.#signal.removeEventListener('abort', this.#onAbort)
  }
}
