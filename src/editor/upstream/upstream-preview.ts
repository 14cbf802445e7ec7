import * as vscode from 'vscode'
import { type FleetFiles, nameOf } from '../files/fleet-files'
import { previewScheme } from './preview-service'
import type { RenderUpstream } from './upstream-text'

/** The address of the preview of a fleet file: the file's own address is its query. */
function previewUri(file: vscode.Uri): vscode.Uri {
  return vscode.Uri.from({ scheme: previewScheme, path: `${file.path} ▸ upstream`, query: file.toString() })
}

/**
 * The nginx upstream of fleet files, as text that follows edits as they are typed. While a file has errors, the last good upstream
 * stays, under a line that says so.
 */
export class UpstreamPreview implements vscode.Disposable {
  readonly #files: FleetFiles
  readonly #render: RenderUpstream
  readonly #lastGood = new Map<string, string>()
  readonly #subscriptions: vscode.Disposable
  readonly #changed = new vscode.EventEmitter<vscode.Uri>()

  /** The text of a preview has changed. */
  readonly onDidChange = this.#changed.event

  constructor(files: FleetFiles, render: RenderUpstream) {
    this.#files = files
    this.#render = render
    const refreshAll = () => {
      for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === previewScheme) this.#changed.fire(uri)
    }
    this.#subscriptions = vscode.Disposable.from(
      this.#changed,
      files.onDidChange(file => this.#changed.fire(previewUri(file))),
      vscode.workspace.onDidGrantWorkspaceTrust(refreshAll),
      vscode.workspace.onDidSaveTextDocument(({ fileName }) => {
        if (fileName.endsWith('.njk')) refreshAll()
      }),
    )
  }

  /** What a preview shows at this moment. */
  async text(preview: vscode.Uri): Promise<string> {
    const file = vscode.Uri.parse(preview.query)
    const reading = await this.#files.read(file)
    if (!reading) return this.#stale(file, vscode.l10n.t('{0} is gone', nameOf(file)))
    if (!reading.fleet) return this.#stale(file, vscode.l10n.t('{0} has errors', nameOf(file)))
    try {
      const { text, note } = await this.#render(file, reading.fleet)
      this.#lastGood.set(file.toString(), text)
      return note === undefined ? text : `${comment(note)}${text}`
    } catch (error) {
      return this.#stale(file, (error as Error).message)
    }
  }

  /** Shows the preview beside a fleet file, without moving the focus. */
  async show(file: vscode.Uri): Promise<void> {
    const document = await vscode.workspace.openTextDocument(previewUri(file))
    await vscode.languages.setTextDocumentLanguage(document, 'nginx')
    const beside = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: false }
    await vscode.window.showTextDocument(document, beside)
  }

  dispose(): void {
    this.#subscriptions.dispose()
  }

  #stale(file: vscode.Uri, why: string): string {
    const lastGood = this.#lastGood.get(file.toString())
    return lastGood === undefined
      ? comment(vscode.l10n.t('{0}: there is no upstream to show yet', why))
      : `${comment(vscode.l10n.t('{0}: this is the last good upstream', why))}${lastGood}`
  }
}

/** A comment of an nginx file; each line of several gets its own. */
const comment = (text: string): string => text.replace(/^/gm, '# ').concat('\n')
