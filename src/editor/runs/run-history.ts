import * as vscode from 'vscode'

/** A run that has ended, or is still going on. */
export interface PastRun {
  readonly title: string
  readonly fleet: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly outcome: string
  readonly sign: string
  readonly log: vscode.Uri
}

const kept = 100

/** The runs of this workspace and their logs: one text file a run, without secrets, in the extension's own storage. */
export class RunHistory {
  readonly #memento: vscode.Memento
  readonly #folder: vscode.Uri

  constructor(memento: vscode.Memento, storage: vscode.Uri) {
    this.#memento = memento
    this.#folder = vscode.Uri.joinPath(storage, 'runs')
  }

  /** The latest first. */
  get runs(): readonly PastRun[] {
    return this.#memento
      .get<(Omit<PastRun, 'log'> & { log: string })[]>('runs', [])
      .map(run => ({ ...run, log: vscode.Uri.parse(run.log) }))
  }

  /** Keeps a run with the text of its log, and lets the oldest go. Answers where the log is. */
  async keep(run: Omit<PastRun, 'log'>, text: string): Promise<vscode.Uri> {
    const name = `${new Date(run.at).toISOString().replaceAll(':', '-')} ${run.fleet} ${run.title}`
    const log = vscode.Uri.joinPath(this.#folder, `${name.replace(/[^\w .-]+/g, '_').slice(0, 120)}.log`)
    await vscode.workspace.fs.writeFile(log, new TextEncoder().encode(text))
    const before = this.runs
    await this.#memento.update(
      'runs',
      [{ ...run, log }, ...before].slice(0, kept).map(past => ({ ...past, log: past.log.toString() })),
    )
    for (const past of before.slice(kept - 1))
      await vscode.workspace.fs.delete(past.log).then(undefined, () => undefined)
    return log
  }

  /** Lets the operator pick a run, and shows its log. */
  async pick(): Promise<void> {
    const items = this.runs.map(run => ({
      label: `${run.sign} ${run.title}`,
      description: `${run.fleet} · ${new Date(run.at).toLocaleString()}`,
      detail: run.outcome,
      log: run.log,
    }))
    if (items.length === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t('No operation has been run in this workspace yet.'))
      return
    }
    const picked = await vscode.window.showQuickPick(items, {
      title: vscode.l10n.t('Past runs'),
      placeHolder: vscode.l10n.t('Pick a run to read its log'),
      matchOnDescription: true,
      matchOnDetail: true,
    })
    if (picked) await vscode.window.showTextDocument(picked.log, { preview: true })
  }
}
