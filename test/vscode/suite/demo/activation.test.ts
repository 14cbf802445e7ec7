import assert from 'node:assert/strict'
import * as vscode from 'vscode'
import { commandTable } from '../../../../src/editor/command-table'
import { extension, workspaceFile } from '../extension-under-test'
import { until } from '../until'

suite('activation', () => {
  test('a folder with a fleet activates the extension, and a marked one starts its demo fleet', async () => {
    await until('the extension is active', () => extension().isActive)
    await until('the demo fleet has written its file', () =>
      vscode.workspace.fs.stat(workspaceFile('fleet.yaml')).then(
        () => true,
        () => false,
      ),
    )
  })

  test('every command of package.json is registered, and does something', async () => {
    const declared: string[] = extension().packageJSON.contributes.commands.map(
      ({ command }: { command: string }) => command,
    )
    const registered = new Set(await vscode.commands.getCommands(true))
    assert.deepEqual(
      declared.filter(command => !registered.has(command)),
      [],
    )
    assert.deepEqual(declared.toSorted(), Object.keys(commandTable).sort())
  })
})
