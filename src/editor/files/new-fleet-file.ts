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

/** Opens a new fleet.yaml in the first folder of the window, not saved yet; or shows the one that is there. */
export async function createFleetFile(): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri
  if (!folder) {
    await vscode.window.showTextDocument(
      await vscode.workspace.openTextDocument({ language: 'fleet-yaml', content: beginning }),
    )
    return
  }
  const file = vscode.Uri.joinPath(folder, 'fleet.yaml')
  const exists = await vscode.workspace.fs.stat(file).then(
    () => true,
    () => false,
  )
  const uri = exists ? file : file.with({ scheme: 'untitled' })
  const editor = await vscode.window.showTextDocument(uri)
  if (exists) return
  await editor.edit(edit => edit.insert(new vscode.Position(0, 0), beginning))
}
