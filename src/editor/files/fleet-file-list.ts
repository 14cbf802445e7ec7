import * as vscode from 'vscode'
import { lazily } from '../lazily'
import { fleetFileGlob, isFleetDocument } from './fleet-file-names'
import { isFleetText } from './fleet-text'

/** Which fleet files this window has. The workspace is searched once, and then watched: each search starts a process of its own. */
export class FleetFileList implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>()
  readonly #subscriptions: vscode.Disposable
  #search = search()

  /** A file that may hold a fleet was created, deleted or changed on disk, or opened in the editor. */
  readonly onDidChange = this.#changed.event

  constructor() {
    const watcher = vscode.workspace.createFileSystemWatcher(fleetFileGlob)
    const searchAgain = (file: vscode.Uri) => {
      this.#search = search()
      this.#changed.fire(file)
    }
    this.#subscriptions = vscode.Disposable.from(
      this.#changed,
      watcher,
      watcher.onDidCreate(searchAgain),
      watcher.onDidDelete(searchAgain),
      watcher.onDidChange(file => this.#changed.fire(file)),
      vscode.workspace.onDidOpenTextDocument(document => {
        if (isFleetDocument(document)) this.#changed.fire(document.uri)
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        for (const { uri } of [...added, ...removed]) searchAgain(uri)
      }),
    )
  }

  /** The files that hold a fleet, in order of their paths: those of the workspace, and those open from elsewhere. */
  async files(): Promise<readonly vscode.Uri[]> {
    const found = await this.#search()
    // Not one that was never saved: its servers are still being drafted, and nobody wants them contacted.
    const open = vscode.workspace.textDocuments
      .filter(document => isFleetDocument(document) && !document.isUntitled)
      .map(document => document.uri)
    const unique = new Map([...found, ...open].map(uri => [uri.toString(), uri]))
    const checked = await Promise.all([...unique.values()].map(async uri => ({ uri, ours: await isOurs(uri) })))
    return checked.flatMap(({ uri, ours }) => (ours ? uri : [])).sort((a, b) => a.path.localeCompare(b.path))
  }

  dispose(): void {
    this.#subscriptions.dispose()
  }
}

async function isOurs(uri: vscode.Uri): Promise<boolean> {
  const text = await textOf(uri)
  return text !== undefined && isFleetText(uri.path, text)
}

const search = () => lazily(async () => vscode.workspace.findFiles(fleetFileGlob, '**/node_modules/**'))

/** The text of a file as the operator sees it: the open document's, else the one on disk; undefined if there is no such file. */
export async function textOf(uri: vscode.Uri): Promise<string | undefined> {
  const open = vscode.workspace.textDocuments.find(document => document.uri.toString() === uri.toString())
  if (open && !open.isClosed) return open.getText()
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri))
  } catch {
    return undefined
  }
}
