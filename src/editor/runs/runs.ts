import * as vscode from 'vscode'
import type { LiveText } from './live-text'
import { type RunEnd, type RunMeans, type RunRequest, run } from './run'
import type { RunHistory } from './run-history'
import { describeOutcome, summarizeOutcome } from './run-outcome'
import { type ShowProgress, withRunProgress } from './run-progress'
import { RunTerminal, type StopSignals } from './run-terminal'
import { styled } from './terminal-text'

/** A run that was started in this window, and its terminal. */
interface Run {
  readonly request: RunRequest
  readonly name: string
  readonly fleetName: string
  readonly terminal: vscode.Terminal
  readonly pseudoterminal: RunTerminal
}

/** A run has ended; `transcript` is what its terminal showed. */
export type EndedRun = RunEnd & { readonly request: RunRequest; readonly transcript: string }

const signs: Readonly<Record<RunEnd['outcome']['kind'], string>> = {
  done: '✓',
  'nothing-to-do': '✓',
  failed: '✖',
  refused: '✖',
  cancelled: '⊘',
  declined: '⊘',
}

/** The runs of this window: a terminal each, one at a time a fleet, their progress, and their logs. */
export class Runs implements vscode.Disposable {
  readonly #means: Omit<RunMeans, 'progress'>
  readonly #history: RunHistory
  readonly #log: vscode.LogOutputChannel
  readonly #underWay = new Map<string, Run>()
  readonly #ended = new vscode.EventEmitter<EndedRun>()
  readonly #stepped = new vscode.EventEmitter<void>()
  readonly #closing = vscode.window.onDidCloseTerminal(terminal => this.#forget(terminal))

  /** A run has ended. */
  readonly onDidEnd = this.#ended.event
  /** A step of a run has ended, so that the servers are others than they were. */
  readonly onDidStep = this.#stepped.event

  constructor(means: Omit<RunMeans, 'progress'>, history: RunHistory, log: vscode.LogOutputChannel) {
    this.#means = means
    this.#history = history
    this.#log = log
  }

  /** Opens a terminal that observes, plans, asks and applies. While a run of the same fleet is going on, shows that one instead. */
  start(request: RunRequest, fleetName: string): void {
    const underWay = this.#underWay.get(request.file.toString())
    if (underWay) {
      underWay.terminal.show()
      void vscode.window.showWarningMessage(
        vscode.l10n.t('{0} is still going on for this fleet. Let it end, or cancel it in its terminal.', underWay.name),
      )
      return
    }
    const name = request.operation.title.replace(/…$/, '')
    const pseudoterminal: RunTerminal = new RunTerminal((text, stop) => this.#go(started, text, stop))
    const terminal = vscode.window.createTerminal({
      name: `${name} · ${fleetName}`,
      pty: pseudoterminal,
      iconPath: new vscode.ThemeIcon(request.operation.icon),
      isTransient: true,
    })
    const started: Run = { request, name, fleetName, terminal, pseudoterminal }
    this.#underWay.set(request.file.toString(), started)
    terminal.show()
  }

  /** Shows the terminal of a run that is going on. */
  show(): void {
    const [underWay] = this.#underWay.values()
    underWay?.terminal.show()
  }

  /** Cancels what goes on and resolves when it has been put back: for a window that closes. */
  async stop(): Promise<void> {
    for (const { pseudoterminal } of this.#underWay.values()) pseudoterminal.cancel()
    while (this.#underWay.size > 0) await new Promise(resolve => this.onDidEnd(resolve))
  }

  dispose(): void {
    this.#closing.dispose()
    this.#stepped.dispose()
    this.#ended.dispose()
  }

  /** A terminal that is closed before it was open never goes. */
  #forget(terminal: vscode.Terminal): void {
    for (const [key, run] of this.#underWay) {
      if (run.terminal === terminal && !run.pseudoterminal.going) this.#underWay.delete(key)
    }
  }

  async #go(started: Run, text: LiveText, stop: StopSignals): Promise<void> {
    const { request, name, pseudoterminal } = started
    const key = request.file.toString()
    if ((this.#underWay.get(key) ?? started) !== started) {
      return text.print(
        styled(vscode.l10n.t('Another run of this fleet is going on. Run this again when it has ended.'), 'yellow'),
      )
    }
    this.#underWay.set(key, started)
    const at = Date.now()
    const end = await withRunProgress(
      name,
      () => pseudoterminal.cancel(),
      show => {
        const progress: ShowProgress = (plan, event) => {
          show(plan, event)
          if (event.kind === 'step-finished') this.#stepped.fire()
        }
        return run(request, { ...this.#means, progress }, text, stop)
      },
    )
      .catch((error: unknown) => endByError(error, text, stop.cancel.aborted, Date.now() - at))
      .finally(() => this.#underWay.delete(key))
    await this.#keep(started, end, at, text.printed).catch((error: unknown) => {
      this.#log.error(`The log of ${name} could not be kept`, error as Error)
    })
    this.#ended.fire({ ...end, request, transcript: text.printed })
  }

  /** Writes the run's log, and tells the operator who looks elsewhere that it did not go well. */
  async #keep(
    { request, name, fleetName, pseudoterminal, terminal }: Run,
    end: RunEnd,
    at: number,
    transcript: string,
  ): Promise<void> {
    const { outcome } = end
    if (outcome.kind === 'declined') return
    const title = end.plan?.title ?? name
    const summary = summarizeOutcome(outcome)
    const log = await this.#history.keep(
      { title, fleet: fleetName, at, outcome: summary, sign: signs[outcome.kind] },
      transcript,
    )
    const reading = await this.#means.files.read(request.file)
    if (reading?.fleet) void this.#means.statuses.refreshAfterChange(request.file, reading.fleet).catch(() => undefined)
    const looksElsewhere = vscode.window.activeTerminal !== terminal || !vscode.window.state.focused
    if (outcome.kind === 'done' && looksElsewhere) {
      void vscode.window.showInformationMessage(vscode.l10n.t('{0}: {1}', title, summary))
    }
    if (outcome.kind !== 'failed' && outcome.kind !== 'refused') return
    const [show, again, openLog] = [
      vscode.l10n.t('Show Terminal'),
      vscode.l10n.t('Run Again'),
      vscode.l10n.t('Open Log'),
    ]
    const remedy = outcome.remedy ? ` ${outcome.remedy}` : ''
    void vscode.window.showErrorMessage(`${title}: ${summary}${remedy}`, show, again, openLog).then(answer => {
      if (answer === show) terminal.show()
      if (answer === again) void pseudoterminal.start()
      if (answer === openLog) void vscode.window.showTextDocument(log)
    })
  }
}

/** A run that ended before there was anything to apply: a file with errors, arguments that do not fit, a cancelled look at the servers. */
function endByError(error: unknown, text: LiveText, cancelled: boolean, milliseconds: number): RunEnd {
  const { message, remedy } = error as Error & { remedy?: string }
  const outcome = cancelled
    ? ({
        kind: 'cancelled',
        message: vscode.l10n.t('You cancelled it before anything was done.'),
        restored: true,
      } as const)
    : ({ kind: 'refused', message, ...(remedy ? { remedy } : {}) } as const)
  text.live()
  for (const line of describeOutcome(outcome, milliseconds, text.columns)) text.print(line)
  return { outcome }
}
