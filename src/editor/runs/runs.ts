import * as vscode from 'vscode'
import { sentences } from '../../fleet/words'
import type { KnownSecrets } from '../../remote/known-secrets'
import type { LiveText } from './live-text'
import { type RunEnd, type RunMeans, type RunRequest, run } from './run'
import type { KeptRun, RunEnding, RunHistory } from './run-history'
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

/** Where the runs' output is kept. */
export interface RunRecords {
  readonly history: RunHistory
  readonly secrets: KnownSecrets
  readonly log: vscode.LogOutputChannel
}

/** The runs of this window: one terminal each, one at a time per fleet, their progress, and their logs. */
export class Runs implements vscode.Disposable {
  readonly #means: Omit<RunMeans, 'progress'>
  readonly #records: RunRecords
  readonly #underWay = new Map<string, Run>()
  /** Those that were stopped before their terminal was opened: they never start. */
  readonly #withdrawn = new WeakSet<Run>()
  readonly #ended = new vscode.EventEmitter<EndedRun>()
  readonly #stepped = new vscode.EventEmitter<void>()
  readonly #closing = vscode.window.onDidCloseTerminal(terminal => this.#forget(terminal))

  /** A run has ended. */
  readonly onDidEnd = this.#ended.event
  /** A step of a run has ended, so the servers have changed. */
  readonly onDidStep = this.#stepped.event

  constructor(means: Omit<RunMeans, 'progress'>, records: RunRecords) {
    this.#means = means
    this.#records = records
  }

  /** Opens a terminal that observes, plans, asks and applies. While a run of the same fleet is in progress, shows that one instead. */
  start(request: RunRequest, fleetName: string): void {
    const underWay = this.#underWay.get(request.file.toString())
    if (underWay) {
      underWay.terminal.show()
      void vscode.window.showWarningMessage(
        vscode.l10n.t(
          '{0} is still in progress for this fleet. Let it finish, or cancel it in its terminal.',
          underWay.name,
        ),
      )
      return
    }
    const name = request.operation.title().replace(/…$/, '')
    const go = (text: LiveText, stop: StopSignals) => this.#go(started, text, stop)
    const pseudoterminal = new RunTerminal(go, this.#records.secrets.hideIn)
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

  /** Shows the terminal of a run in progress. */
  show(): void {
    const [underWay] = this.#underWay.values()
    underWay?.terminal.show()
  }

  /** Cancels what is running and resolves when things have been put back: for a window that closes. */
  async stop(): Promise<void> {
    for (const [key, run] of this.#underWay) {
      run.pseudoterminal.cancel()
      if (run.pseudoterminal.going) continue
      this.#withdrawn.add(run)
      this.#underWay.delete(key)
    }
    while (this.#underWay.size > 0) await new Promise(resolve => this.onDidEnd(resolve))
  }

  dispose(): void {
    this.#closing.dispose()
    this.#stepped.dispose()
    this.#ended.dispose()
  }

  /** A terminal that is closed before it was open never starts its run. */
  #forget(terminal: vscode.Terminal): void {
    for (const [key, run] of this.#underWay) {
      if (run.terminal === terminal && !run.pseudoterminal.going) this.#underWay.delete(key)
    }
  }

  async #go(started: Run, text: LiveText, stop: StopSignals): Promise<void> {
    const { request, name, pseudoterminal } = started
    const key = request.file.toString()
    if (this.#withdrawn.has(started)) return
    if ((this.#underWay.get(key) ?? started) !== started) {
      return text.print(
        styled(vscode.l10n.t('Another run of this fleet is in progress. Run this again when it has ended.'), 'yellow'),
      )
    }
    this.#underWay.set(key, started)
    const at = Date.now()
    const kept = await this.#beginToKeep(started, at, text)
    const end = await withRunProgress(
      name,
      () => pseudoterminal.cancel(),
      show => {
        const progress: ShowProgress = (plan, event) => {
          show(plan, event)
          if (event.kind === 'run-started') kept?.entitle(plan.title)
          if (event.kind === 'step-finished') this.#stepped.fire()
        }
        return run(request, { ...this.#means, progress }, text, stop)
      },
    ).catch((error: unknown) => endByError(error, text, stop.cancel.aborted, Date.now() - at))
    const { kind } = end.outcome
    if (kept && (kind === 'failed' || kind === 'refused'))
      text.show(styled(vscode.l10n.t('  Log   {0}', kept.log.fsPath), 'faint'))
    await kept?.end({ ...endingOf(end), title: titleOf(started, end) }).catch((error: unknown) => {
      this.#records.log.error(`The end of ${name} could not be kept`, error as Error)
    })
    this.#underWay.delete(key)
    this.#tell(started, end, kept)
    this.#ended.fire({ ...end, request, transcript: text.printed })
  }

  /** From now on keeps all that a run says. A run that cannot be kept continues all the same. */
  async #beginToKeep({ name, fleetName }: Run, at: number, text: LiveText): Promise<KeptRun | undefined> {
    const { history, log } = this.#records
    try {
      const kept = await history.begin({ title: name, fleet: fleetName, at })
      text.record = line => kept.write(line)
      return kept
    } catch (error) {
      log.error(`The log of ${name} cannot be kept`, error as Error)
      text.print(styled(vscode.l10n.t('This run is not logged: {0}', (error as Error).message), 'yellow'))
      return undefined
    }
  }

  /** Tells an operator who is not watching how a run ended, and what to do if it did not end well. */
  #tell(started: Run, end: RunEnd, kept: KeptRun | undefined): void {
    const { request, pseudoterminal, terminal } = started
    const { outcome } = end
    if (outcome.kind === 'declined') return
    void this.#lookAgain(request.file)
    const said = `${titleOf(started, end)}: ${endingOf(end).outcome}`
    const looksElsewhere = vscode.window.activeTerminal !== terminal || !vscode.window.state.focused
    if (outcome.kind === 'done' && looksElsewhere) void vscode.window.showInformationMessage(said)
    if (outcome.kind !== 'failed' && outcome.kind !== 'refused') return
    const [show, again, openLog] = [
      vscode.l10n.t('Show Terminal'),
      vscode.l10n.t('Run Again'),
      vscode.l10n.t('Open Log'),
    ]
    const buttons = [show, again, ...(kept ? [openLog] : [])]
    void vscode.window
      .showErrorMessage(this.#records.secrets.hideIn(sentences(said, outcome.remedy)), ...buttons)
      .then(answer => {
        if (answer === show) terminal.show()
        if (answer === again) void pseudoterminal.start()
        if (answer === openLog && kept) void vscode.window.showTextDocument(kept.log)
      })
  }

  async #lookAgain(file: vscode.Uri): Promise<void> {
    const reading = await this.#means.files.read(file)
    if (reading?.fleet) await this.#means.statuses.refreshAfterChange(file, reading.fleet).catch(() => undefined)
  }
}

const titleOf = ({ name }: Run, { plan }: RunEnd): string => plan?.title ?? name

const endingOf = ({ outcome }: RunEnd): RunEnding => ({
  outcome: outcome.kind === 'declined' ? vscode.l10n.t('not confirmed') : summarizeOutcome(outcome),
  sign: signs[outcome.kind],
})

/** A run that ended before there was anything to apply: a file with errors, arguments that do not fit, a cancelled look at the servers. */
function endByError(error: unknown, text: LiveText, cancelled: boolean, milliseconds: number): RunEnd {
  const { message, remedy } = error as Error & { remedy?: string }
  const outcome = cancelled
    ? ({
        kind: 'cancelled',
        message: vscode.l10n.t('You cancelled before anything was done.'),
        restored: true,
      } as const)
    : ({ kind: 'refused', message, ...(remedy ? { remedy } : {}) } as const)
  text.live()
  for (const line of describeOutcome(outcome, milliseconds, text.columns)) text.print(line)
  return { outcome }
}
