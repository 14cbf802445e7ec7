import type { Machine } from '../fleet/fleet'
import type { OpenConnection } from './open-connection'
import type { Lease } from './way'

interface Shared {
  readonly opening: Promise<OpenConnection>
  users: number
}

/** The jump hosts of a session: one connection each, however many machines are behind it, for as long as one is in use. */
export class JumpHosts {
  readonly #open: (jump: Machine, chain: readonly string[]) => Promise<OpenConnection>
  readonly #shared = new Map<string, Shared>()

  constructor(open: (jump: Machine, chain: readonly string[]) => Promise<OpenConnection>) {
    this.#open = open
  }

  /** Rejects as opening does. */
  async lease(jump: Machine, chain: readonly string[]): Promise<Lease> {
    const key = JSON.stringify([jump.host, jump.ssh])
    const shared = this.#shared.get(key) ?? this.#share(key, jump, chain)
    shared.users++
    let held = true
    const release = () => {
      if (!held) return
      held = false
      shared.users--
      if (shared.users > 0) return
      this.#forget(key, shared)
      void shared.opening.then(
        ({ client }) => client.end(),
        () => {},
      )
    }
    try {
      const { client } = await shared.opening
      return { client, release }
    } catch (error) {
      release()
      throw error
    }
  }

  #share(key: string, jump: Machine, chain: readonly string[]): Shared {
    const opening = this.#open(jump, chain)
    const shared: Shared = { opening, users: 0 }
    const forget = () => this.#forget(key, shared)
    opening.then(({ client }) => client.once('close', forget), forget)
    this.#shared.set(key, shared)
    return shared
  }

  /** Whoever comes next opens it anew. */
  #forget(key: string, shared: Shared): void {
    if (this.#shared.get(key) === shared) this.#shared.delete(key)
  }
}
