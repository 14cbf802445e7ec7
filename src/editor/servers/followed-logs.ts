import * as vscode from 'vscode'
import type { Machine, Worker } from '../../fleet/fleet'
import type { RunTerminal } from '../runs/run-terminal'
import { Places } from './places'

/** Of the eight channels that one connection to a server carries at once; the others stay free for status and runs. */
export const mostFollowed = 4

interface FollowedLog {
  readonly terminal: vscode.Terminal
  readonly pseudoterminal: RunTerminal
}

/** The logs that this window follows: one terminal per worker, and only so many per server at once that nothing else starves. */
export class FollowedLogs {
  readonly #places = new Places(mostFollowed)
  readonly #open = new Map<string, FollowedLog>()

  /** Shows the log of a worker, following it again if that had ended, or what `open` opens if it has no terminal yet. */
  show(server: Machine, worker: Worker, open: () => FollowedLog): void {
    const key = JSON.stringify([keyOf(server), worker.id])
    const known = this.#open.get(key)
    if (known && isOpen(known.terminal)) {
      known.terminal.show()
      void known.pseudoterminal.start()
      return
    }
    for (const [key, { terminal }] of this.#open) if (!isOpen(terminal)) this.#open.delete(key)
    const log = open()
    this.#open.set(key, log)
    log.terminal.show()
  }

  /** A slot among a server's channels: answers how to give it back, or undefined if none is left. */
  take(server: Machine): (() => void) | undefined {
    return this.#places.take(keyOf(server))
  }
}

const isOpen = (terminal: vscode.Terminal): boolean => vscode.window.terminals.includes(terminal)

/** The key by which connections are distinguished. */
const keyOf = ({ name, host, ssh }: Machine): string => JSON.stringify([name, host, ssh])
