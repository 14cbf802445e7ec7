import * as vscode from 'vscode'
import { LiveText } from './live-text'
import { styled } from './terminal-text'

/** One execution of an operation, from observing to its last line. `text` is where it reports. */
export type Go = (text: LiveText, stop: StopSignals) => Promise<void>

/** How an operator ends an execution early. */
export interface StopSignals {
  /** The first Ctrl-C: finish or undo the step in progress, put things back, end. */
  readonly cancel: AbortSignal
  /** The second: stop waiting for a slow step, and still put things back. */
  readonly abandon: AbortSignal
}

/** What a terminal says around its executions. */
export interface TerminalWords {
  /** At the first Ctrl-C; nothing if it is left out. */
  readonly cancelling?: string
  /** At the second. */
  readonly waitingNoLonger?: string
  /** After an execution has ended. */
  readonly again: string
}

/** The words of a run's terminal. */
const runWords = (): TerminalWords => ({
  cancelling: vscode.l10n.t(
    '  ⊘  Cancelling: finishing or undoing the current step first. Press Ctrl-C again to stop waiting for it.',
  ),
  waitingNoLonger: vscode.l10n.t('  ⊘  No longer waiting; still restoring what was changed.'),
  again: vscode.l10n.t('Enter runs it again, Ctrl-D closes this terminal.'),
})

const keys = { interrupt: '\x03', endOfText: '\x04', enter: '\r' }

/**
 * The integrated terminal of a run. Ctrl-C cancels, a second one abandons waiting; after the end, Enter or `r` runs it again and
 * Ctrl-D closes. Closing the terminal cancels too, and the run ends in the background.
 */
export class RunTerminal implements vscode.Pseudoterminal {
  readonly #written = new vscode.EventEmitter<string>()
  readonly #closed = new vscode.EventEmitter<number>()
  readonly #go: Go
  readonly #words: TerminalWords
  readonly #hide: (text: string) => string
  #text: LiveText
  #stop: { cancel: AbortController; abandon: AbortController } | undefined
  #open = false

  readonly onDidWrite = this.#written.event
  readonly onDidClose = this.#closed.event

  /** @param hide removes secrets from what it shows */
  constructor(go: Go, hide: (text: string) => string, words = runWords()) {
    this.#go = go
    this.#hide = hide
    this.#words = words
    this.#text = this.#newText()
  }

  /** Whether something is running in it. */
  get going(): boolean {
    return this.#stop !== undefined
  }

  open(dimensions: vscode.TerminalDimensions | undefined): void {
    this.#open = true
    this.setDimensions(dimensions)
    void this.start()
  }

  setDimensions(dimensions: vscode.TerminalDimensions | undefined): void {
    if (dimensions) this.#text.columns = dimensions.columns
  }

  close(): void {
    this.#open = false
    this.cancel()
  }

  handleInput(input: string): void {
    if (this.#stop) {
      if (input === keys.interrupt) this.cancel()
      return
    }
    if (input === keys.enter || input === 'r') void this.start()
    if (input === keys.interrupt || input === keys.endOfText || input === 'q') this.#closed.fire(0)
  }

  /** Cancels what is running; called again, abandons waiting. */
  cancel(): void {
    if (!this.#stop) return
    const { cancel, abandon } = this.#stop
    if (cancel.signal.aborted) {
      this.#alarm(this.#words.waitingNoLonger)
      abandon.abort()
      return
    }
    this.#alarm(this.#words.cancelling)
    cancel.abort()
  }

  #alarm(words: string | undefined): void {
    if (words !== undefined) this.#text.print(styled(words, 'yellow'))
  }

  /** Starts, unless it is already running. */
  async start(): Promise<void> {
    if (this.#stop) return
    this.#text = this.#newText(this.#text.columns)
    this.#stop = { cancel: new AbortController(), abandon: new AbortController() }
    try {
      await this.#go(this.#text, { cancel: this.#stop.cancel.signal, abandon: this.#stop.abandon.signal })
    } finally {
      this.#stop = undefined
      this.#text.live()
      if (this.#open) this.#text.print(`\n${styled(this.#words.again, 'faint')}`)
    }
  }

  #newText(columns?: number): LiveText {
    return new LiveText(data => this.#written.fire(data), {
      hide: this.#hide,
      ...(columns === undefined ? {} : { columns }),
    })
  }
}
