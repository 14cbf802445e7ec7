import { dirname } from 'node:path'
import * as vscode from 'vscode'
import { checkFleet } from '../../fleet/check'
import { type FleetDocument, parseFleetDocument } from '../../fleet/document'
import type { Finding } from '../../fleet/finding'
import type { Fleet } from '../../fleet/fleet'
import { withPathsFrom } from '../../remote/paths-from'
import { type FleetFileList, textOf } from './fleet-file-list'
import { isFleetDocument } from './fleet-file-names'

/** A fleet file as it is now, in the editor if it is open there, else on disk. */
export interface FleetReading {
  readonly uri: vscode.Uri
  readonly text: string
  readonly document: FleetDocument
  readonly findings: readonly Finding[]
  /** Undefined while the text has errors. */
  readonly fleet: Fleet | undefined
  /** The fleet of the last text without errors, this one included. */
  readonly lastGood: Fleet | undefined
}

const settleMilliseconds = 120

/** The fleet files of this window: what they say, and when that changes. */
export class FleetFiles implements vscode.Disposable {
  readonly #readings = new Map<string, FleetReading>()
  readonly #changed = new vscode.EventEmitter<vscode.Uri>()
  readonly #timers = new Map<string, NodeJS.Timeout>()
  readonly #subscriptions: vscode.Disposable[]

  /** A fleet file was typed into, saved, created or deleted. */
  readonly onDidChange = this.#changed.event

  constructor(list: FleetFileList) {
    this.#subscriptions = [
      this.#changed,
      list.onDidChange(uri => this.#settle(uri)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (isFleetDocument(document)) this.#settle(document.uri)
      }),
    ]
  }

  /** Reads and checks a file; the same text is checked only once. Answers undefined if the file no longer exists. */
  async read(uri: vscode.Uri): Promise<FleetReading | undefined> {
    const text = await textOf(uri)
    const before = this.#readings.get(uri.toString())
    if (text === undefined) {
      this.#readings.delete(uri.toString())
      return undefined
    }
    if (before?.text === text) return before
    const document = parseFleetDocument(text)
    const { findings, fleet } = checkFleet(document)
    const sound = fleet && !findings.some(finding => finding.severity === 'error')
    const good = sound ? withPathsFrom(dirname(uri.fsPath), fleet) : undefined
    const reading = { uri, text, document, findings, fleet: good, lastGood: good ?? before?.lastGood }
    this.#readings.set(uri.toString(), reading)
    return reading
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    vscode.Disposable.from(...this.#subscriptions).dispose()
  }

  #settle(uri: vscode.Uri): void {
    clearTimeout(this.#timers.get(uri.toString()))
    this.#timers.set(
      uri.toString(),
      setTimeout(() => {
        this.#timers.delete(uri.toString())
        this.#changed.fire(uri)
      }, settleMilliseconds),
    )
  }
}

/** The name of a file without its folders. */
export const nameOf = (file: vscode.Uri): string => file.path.slice(file.path.lastIndexOf('/') + 1)
