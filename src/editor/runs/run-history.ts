import { join } from 'node:path'
import * as vscode from 'vscode'
import { keptLogs, RunLog } from '../../files/run-log'

/** How a run ended. */
export interface RunEnding {
  /** In a few words. */
  readonly outcome: string
  readonly sign: string
}

/** A run that has ended, is still in progress, or broke off with the window that it ran in. */
export interface PastRun {
  readonly title: string
  readonly fleet: string
  /** When it began, in milliseconds since the epoch. */
  readonly at: number
  readonly log: vscode.Uri
  readonly ending: RunEnding | 'going on' | 'broke off'
}

/** As stored in the workspace's state. */
interface KeptRecord extends Partial<RunEnding> {
  readonly title: string
  readonly fleet: string
  readonly at: number
  readonly log: string
}

/** A run that is recorded from its start. */
export interface KeptRun {
  readonly log: vscode.Uri
  /** Appends to its log. Never throws. */
  write(text: string): void
  /** Describes the run more precisely, once more is known. */
  entitle(title: string): void
  end(ending: RunEnding & { readonly title: string }): Promise<void>
}

/** The runs of this workspace and their logs: one text file per run, without secrets, in the extension's own storage. */
export class RunHistory {
  readonly #memento: vscode.Memento
  readonly #folder: string
  readonly #withoutSecrets: (text: string) => string
  /** The logs of this window's runs that have not ended. */
  readonly #goingOn = new Set<string>()

  constructor(memento: vscode.Memento, storage: vscode.Uri, withoutSecrets: (text: string) => string) {
    this.#memento = memento
    this.#folder = join(storage.fsPath, 'runs')
    this.#withoutSecrets = withoutSecrets
  }

  /** The latest first. */
  get runs(): readonly PastRun[] {
    return this.#records.map(({ outcome, sign = '', log, ...run }) => ({
      ...run,
      log: vscode.Uri.parse(log),
      ending: outcome !== undefined ? { outcome, sign } : this.#goingOn.has(log) ? 'going on' : 'broke off',
    }))
  }

  /** Starts to record a run, and drops the oldest. Throws what Node throws if there is no room for its log. */
  async begin(run: Pick<PastRun, 'title' | 'fleet' | 'at'>): Promise<KeptRun> {
    const file = new RunLog({
      folder: this.#folder,
      name: `${run.fleet} ${run.title}`,
      at: run.at,
      withoutSecrets: this.#withoutSecrets,
    })
    const log = vscode.Uri.file(file.path)
    const key = log.toString()
    this.#goingOn.add(key)
    await this.#keep([{ ...run, log: key }, ...this.#records].slice(0, keptLogs))
    return {
      log,
      write: text => file.write(text),
      entitle: title => void this.#change(key, { title }),
      end: async ({ title, outcome, sign }) => {
        file.close()
        await this.#change(key, { title, outcome: this.#withoutSecrets(outcome), sign })
        this.#goingOn.delete(key)
      },
    }
  }

  /** Lets the operator pick a run, and shows its log. */
  async pick(): Promise<void> {
    const items = this.runs.map(itemOf)
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

  get #records(): readonly KeptRecord[] {
    return this.#memento.get<readonly KeptRecord[]>('runs', [])
  }

  #keep(records: readonly KeptRecord[]): Thenable<void> {
    return this.#memento.update('runs', records)
  }

  #change(log: string, change: Partial<KeptRecord>): Thenable<void> {
    return this.#keep(this.#records.map(record => (record.log === log ? { ...record, ...change } : record)))
  }
}

/** A run as the quick pick shows it. */
export function itemOf({ title, fleet, at, log, ending }: PastRun): vscode.QuickPickItem & { log: vscode.Uri } {
  const { sign, outcome } = ending === 'going on' ? goingOn() : ending === 'broke off' ? brokeOff() : ending
  return {
    label: `${sign} ${title}`,
    description: `${fleet} · ${new Date(at).toLocaleString()}`,
    detail: outcome,
    log,
  }
}

const goingOn = (): RunEnding => ({ sign: '…', outcome: vscode.l10n.t('in progress') })

const brokeOff = (): RunEnding => ({
  sign: '⚠',
  outcome: vscode.l10n.t('ended without a word: its window closed or died. Run it again to finish it.'),
})
