import { SimulatedJournal } from './simulated-journal'

/** How long a simulated worker takes to come up and to go down, in milliseconds. */
const startMilliseconds = 1_200
const stopMilliseconds = 400

export type ActiveState = 'active' | 'activating' | 'deactivating' | 'inactive' | 'failed'

/** What a worker reads from .env when it starts, and keeps until it is restarted. */
export interface WorkerSettings {
  readonly maxCalls: number
  readonly workers: number
}

/** One VoxCore worker and its systemd unit. Its calls are the times at which they end, in milliseconds since the epoch. */
export class SimulatedWorker {
  readonly id: number
  readonly port: number
  readonly journal = new SimulatedJournal()
  readonly #host: string
  enabled: boolean
  activeState: ActiveState = 'inactive'
  /** systemd counts a Type=simple unit as active at once; the port answers a little later. */
  answersFrom = 0
  startedAt = 0
  restarts = 0
  pid = 0
  calls: number[] = []
  settings: WorkerSettings = { maxCalls: 5, workers: 1 }

  /** @param host the name of its server, for the journal */
  constructor(id: number, port: number, enabled: boolean, host = 'localhost') {
    this.id = id
    this.port = port
    this.enabled = enabled
    this.#host = host
  }

  start(now: number, pid: number, settings: WorkerSettings): void {
    if (this.activeState === 'active') return
    this.activeState = 'active'
    this.startedAt = now
    this.answersFrom = now + startMilliseconds
    this.pid = pid
    this.settings = settings
    this.#say(now, 'systemd[1]', `Started VoxCore worker ${this.id}.`)
    this.#say(now, this.#name, `listening on 127.0.0.1:${this.port}, at most ${settings.maxCalls} calls`)
  }

  /** Stops at once and drops its calls, as systemd's stop does. Answers how long that takes, in milliseconds. */
  stop(now = Date.now()): number {
    if (this.activeState !== 'active') return 0
    this.#say(now, 'systemd[1]', `Stopping VoxCore worker ${this.id}...`)
    if (this.calls.length > 0) this.#say(now, this.#name, `${this.calls.length} calls dropped`)
    this.#say(now, 'systemd[1]', `Stopped VoxCore worker ${this.id}.`)
    this.activeState = 'inactive'
    this.pid = 0
    this.calls = []
    return stopMilliseconds
  }

  answers(now: number): boolean {
    return this.activeState === 'active' && now >= this.answersFrom
  }

  hasRoom(now: number): boolean {
    return this.answers(now) && this.calls.length < this.settings.maxCalls
  }

  /** @param end when it will end, in milliseconds since the epoch */
  beginCall(now: number, end: number): void {
    this.calls.push(end)
    this.#say(now, this.#name, `call begins (${this.calls.length}/${this.settings.maxCalls})`)
  }

  endCalls(now: number): void {
    const before = this.calls.length
    this.calls = this.calls.filter(end => end > now)
    for (let left = before - 1; left >= this.calls.length; left--)
      this.#say(now, this.#name, `call ends (${left}/${this.settings.maxCalls})`)
  }

  get #name(): string {
    return `voxcore[${this.pid}]`
  }

  #say(now: number, who: string, text: string): void {
    this.journal.say(now, this.#host, who, text)
  }

  /** What `GET /health` says. */
  health(): object {
    const capacity = this.settings.maxCalls * this.settings.workers
    return {
      status: 'ok',
      worker_calls: this.calls.length,
      worker_max: this.settings.maxCalls,
      total_capacity: capacity,
      total_available: capacity - this.calls.length,
      workers: this.settings.workers,
      worker_port: this.port,
      worker_pid: this.pid,
    }
  }
}
