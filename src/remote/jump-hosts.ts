import type { Machine } from '../fleet/fleet'
import { RemoteError } from './connection'
import type { OpenConnection } from './open-connection'
import type { Lease } from './way'

/** Opens a connection to a jump host; `key` is what it is known by here. */
export type OpenJump = (jump: Machine, key: string) => Promise<OpenConnection>

interface Shared {
  readonly opening: Promise<OpenConnection>
  users: number
}

/** The jump hosts of a session: one connection each, however many machines are behind it, for as long as one is in use. */
export class JumpHosts {
  readonly #open: OpenJump
  readonly #shared = new Map<string, Shared>()
  /** The jump hosts that wait for another before they are open. */
  readonly #waits = new Map<string, string>()

  constructor(open: OpenJump) {
    this.#open = open
  }

  /**
   * Leads on through a jump host. `waiter` is the key of the jump host that is being opened through it, if it is one.
   * Rejects as opening does, and with a RemoteError where jump hosts wait for each other.
   */
  async lease(jump: Machine, waiter?: string): Promise<Lease> {
    const key = JSON.stringify([jump.host, jump.ssh])
    for (let at: string | undefined = key; at !== undefined && waiter !== undefined; at = this.#waits.get(at))
      if (at === waiter) throw circle(jump)
    const shared = this.#shared.get(key) ?? this.#share(key, jump)
    shared.users++
    let held = true
    const release = () => {
      if (!held) return
      held = false
      shared.users--
      if (shared.users > 0) return
      this.#forget(key, shared)
      shared.opening.then(
        ({ client }) => client.end(),
        () => {},
      )
    }
    if (waiter !== undefined) this.#waits.set(waiter, key)
    try {
      const { client } = await shared.opening
      return { client, release }
    } catch (error) {
      release()
      throw error
    } finally {
      if (waiter !== undefined) this.#waits.delete(waiter)
    }
  }

  #share(key: string, jump: Machine): Shared {
    const opening = this.#open(jump, key)
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

const circle = (jump: Machine) =>
  new RemoteError(jump.name, 'resolve', 'Jump hosts go round in a circle: each is to be reached through the other.', {
    remedy: `Set "ProxyJump none" for ${jump.host} in ~/.ssh/config.`,
  })
