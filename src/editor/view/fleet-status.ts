import * as vscode from 'vscode'
import type { Fleet } from '../../fleet/fleet'
import type { Observed } from '../../fleet/observed'

type Observe = (fleet: Fleet, signal: AbortSignal) => Promise<Observed>

/**
 * What the fleets of this window were last seen to be: at first from the last time, then from the servers. A look at the same
 * fleet that is already under way is shared.
 */
export class FleetStatuses implements vscode.Disposable {
  readonly #memento: vscode.Memento
  readonly #observe: Observe
  readonly #seen = new Map<string, Observed>()
  readonly #underWay = new Map<string, Promise<Observed>>()
  readonly #changed = new vscode.EventEmitter<vscode.Uri>()
  readonly #ended = new AbortController()

  readonly onDidChange = this.#changed.event

  constructor(memento: vscode.Memento, observe: Observe) {
    this.#memento = memento
    this.#observe = observe
  }

  /** What a fleet was last seen to be, even by an earlier window; undefined if never. */
  of(file: vscode.Uri): Observed | undefined {
    return this.#seen.get(file.toString()) ?? this.#memento.get<Observed>(keyOf(file))
  }

  /** Asks the servers of a fleet. Unreachable servers are part of the answer; this rejects only if the asking itself failed. */
  refresh(file: vscode.Uri, fleet: Fleet): Promise<Observed> {
    const key = file.toString()
    const underWay = this.#underWay.get(key)
    if (underWay) return underWay
    const asked = this.#observe(fleet, this.#ended.signal)
      .then(observed => {
        this.keep(file, observed)
        return observed
      })
      .finally(() => this.#underWay.delete(key))
    this.#underWay.set(key, asked)
    return asked
  }

  /** Asks the servers from now on: an answer requested earlier does not count, because they have been changed meanwhile. */
  async refreshAfterChange(file: vscode.Uri, fleet: Fleet): Promise<Observed> {
    await this.#underWay.get(file.toString())?.catch(() => undefined)
    return this.refresh(file, fleet)
  }

  /** Keeps what other code has observed, such as a run that is about to plan. */
  keep(file: vscode.Uri, observed: Observed): void {
    this.#seen.set(file.toString(), observed)
    void this.#memento.update(keyOf(file), observed)
    this.#changed.fire(file)
  }

  dispose(): void {
    this.#ended.abort()
    this.#changed.dispose()
  }
}

const keyOf = (file: vscode.Uri) => `observed:${file.toString()}`
