import { t } from '@vscode/l10n'
import type { Machine } from '../fleet/fleet'
import type { ClientChoice } from './client-choice'
import { RemoteError } from './connection'
import type { Link } from './link'
import type { Lease, LeaseWishes } from './way'

/** Opens a connection to a jump host; `waiter` is its key here. */
export type OpenJump = (jump: Machine, wishes: Required<LeaseWishes>) => Promise<Link>

interface Shared {
  readonly opening: Promise<Link>
  users: number
}

/** The jump hosts of a session: one connection each, however many machines are behind it, open while any of them uses it. */
export class JumpHosts {
  readonly #open: OpenJump
  readonly #shared = new Map<string, Shared>()
  readonly #closing = new Set<Promise<void>>()
  /** The jump hosts that wait for another one before they can open. */
  readonly #waits = new Map<string, string>()

  constructor(open: OpenJump) {
    this.#open = open
  }

  /**
   * Forwards through a jump host. Rejects as opening does, and with a RemoteError if jump hosts wait for each other.
   */
  async lease(jump: Machine, { client, waiter }: LeaseWishes): Promise<Lease> {
    const key = JSON.stringify([jump.host, jump.ssh, client])
    for (let at: string | undefined = key; at !== undefined && waiter !== undefined; at = this.#waits.get(at))
      if (at === waiter) throw circle(jump)
    const shared = this.#shared.get(key) ?? this.#share(key, jump, client)
    shared.users++
    let held = true
    const release = () => {
      if (!held) return
      held = false
      shared.users--
      if (shared.users > 0) return
      this.#forget(key, shared)
      this.#close(shared)
    }
    if (waiter !== undefined) this.#waits.set(waiter, key)
    try {
      return { link: await shared.opening, release }
    } catch (error) {
      release()
      throw error
    } finally {
      if (waiter !== undefined) this.#waits.delete(waiter)
    }
  }

  /** Resolves when the unused connections are closed. */
  async closed(): Promise<void> {
    await Promise.all(this.#closing)
  }

  #share(key: string, jump: Machine, client: ClientChoice): Shared {
    const opening = this.#open(jump, { client, waiter: key })
    const shared: Shared = { opening, users: 0 }
    const forget = () => this.#forget(key, shared)
    opening.then(link => link.closed.then(forget), forget)
    this.#shared.set(key, shared)
    return shared
  }

  #close({ opening }: Shared): void {
    const closing = opening.then(
      link => link.close(),
      () => {},
    )
    this.#closing.add(closing)
    void closing.finally(() => this.#closing.delete(closing))
  }

  /** The next caller opens a new connection. */
  #forget(key: string, shared: Shared): void {
    if (this.#shared.get(key) === shared) this.#shared.delete(key)
  }
}

/** The error for jump hosts that wait for each other. */
export const circle = (jump: Machine) =>
  new RemoteError(jump.name, 'resolve', t('The jump hosts form a loop: each is reached through the other.'), {
    remedy: t('Correct "proxy_jump" in fleet.yaml, or set "ProxyJump none" for {0} in ~/.ssh/config.', jump.host),
  })
