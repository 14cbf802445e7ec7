import * as vscode from 'vscode'

const beginning = `# What the fleet should be. Hover a key to read what it means.
name: production
load_balancer:
  server: core-1
servers:
  core-1:
    host: 203.0.113.10    # for ssh: an address, a name or an alias of ~/.ssh/config
    address: 127.0.0.1    # as nginx reaches it
    cores: 4
    workers: 4
`

/** Opens a new, unsaved fleet.yaml in the first folder of the window; or shows the existing one. */
export async function createFleetFile(): Promise<void> {
  const file = await fileOfFolder()
  if (file?.exists) await vscode.window.showTextDocument(file.uri)
  else await showFleetText(beginning)
}

/** Opens a text as a new, unsaved fleet.yaml of the first folder; untitled if one already exists there. */
export async function showFleetText(text: string): Promise<void> {
  const file = await fileOfFolder()
  if (!file || file.exists) {
    await vscode.window.showTextDocument(
      await vscode.workspace.openTextDocument({ language: 'fleet-yaml', content: text }),
    )
    return
  }
  const editor = await vscode.window.showTextDocument(file.uri.with({ scheme: 'untitled' }))
  const whole = new vscode.Range(
    new vscode.Position(0, 0),
    editor.document.lineAt(editor.document.lineCount - 1).range.end,
  )
  await editor.edit(edit => edit.replace(whole, text))
}

async function fileOfFolder(): Promise<{ readonly uri: vscode.Uri; readonly exists: boolean } | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri
  if (!folder) return undefined
  const uri = vscode.Uri.joinPath(folder, 'fleet.yaml')
  const exists = await vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  )
  return { uri, exists }
}
