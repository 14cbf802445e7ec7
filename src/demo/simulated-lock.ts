import type { SimulatedServer } from './simulated-server'

/** Who holds a server's lock. */
export interface LockHolder {
  readonly token: string
  /** Base64, as the client gave it. */
  readonly owner: string
  readonly operation: string
  /** Seconds since the epoch. */
  readonly since: number
}

/** A fleet's lock on one simulated server, and the guardian's memory of the upstream before a drain. */
export class SimulatedLock {
  readonly #server: SimulatedServer
  holder: LockHolder | undefined
  #beforeDrain: string | undefined

  constructor(server: SimulatedServer) {
    this.#server = server
  }

  /** Whether the run with this token may change something. */
  isHeldBy(token: string | undefined): boolean {
    return this.holder !== undefined && this.holder.token === token
  }

  /** Remembers the upstream before the first write that drains; forgets it with one that is meant to stay. */
  noteWrite(mode: string, before: string | undefined): void {
    if (mode === 'drain') this.#beforeDrain ??= before
    else this.#beforeDrain = undefined
  }

  /** Ends a run: what it drained and did not settle is put back. */
  free(token: string): void {
    if (!this.isHeldBy(token)) return
    this.holder = undefined
    const { upstreamFile, files } = this.#server
    if (upstreamFile === undefined || this.#beforeDrain === undefined) return
    files.set(upstreamFile, this.#beforeDrain)
    this.#beforeDrain = undefined
    this.#server.reloadNginx()
  }
}
