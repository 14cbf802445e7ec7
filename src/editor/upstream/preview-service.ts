import * as vscode from 'vscode'
import { lazily } from '../lazily'
import type { Session } from '../session'

export const previewScheme = 'fleet-ops-preview'
export const comparisonScheme = 'fleet-ops-comparison'

/** A source of read-only documents. */
interface Texts {
  readonly onDidChange: vscode.Event<vscode.Uri>
  text(uri: vscode.Uri): string | Promise<string>
}

/** Provides the read-only documents of previews and comparisons. The code that renders their text is loaded with the first one shown. */
export function providePreviews(session: () => Promise<Session>): vscode.Disposable {
  return vscode.Disposable.from(
    provide(previewScheme, async () => (await session()).preview),
    provide(comparisonScheme, async () => (await session()).comparison),
  )
}

function provide(scheme: string, load: () => Promise<Texts>): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.Uri>()
  const texts = lazily(async () => {
    const loaded = await load()
    loaded.onDidChange(uri => changed.fire(uri))
    return loaded
  })
  const provider = vscode.workspace.registerTextDocumentContentProvider(scheme, {
    onDidChange: changed.event,
    provideTextDocumentContent: async uri => (await texts()).text(uri),
  })
  return vscode.Disposable.from(changed, provider)
}
