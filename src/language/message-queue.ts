import type { Message, MessageStrategy } from 'vscode-languageserver/node'

/** Turns of the event loop that a message needs at most from the pipe to its handler: it is read, decoded and queued. */
const turnsOfAMessage = 8

/**
 * Knows when every message that the client has sent so far is handled: before that, work on a text may be wasted, because a
 * newer one is waiting. Waiting for it costs microseconds, unlike a timer.
 */
export class MessageQueue implements MessageStrategy {
  #handled = 0

  handleMessage(message: Message, next: (message: Message) => void | Promise<void>): void | Promise<void> {
    this.#handled += 1
    return next(message)
  }

  /** Resolves when no message has arrived for as long as one in transit needs. */
  async empty(): Promise<void> {
    for (let quiet = 0, seen = this.#handled; quiet < turnsOfAMessage; quiet++) {
      await new Promise(setImmediate)
      if (this.#handled === seen) continue
      seen = this.#handled
      quiet = 0
    }
  }
}
