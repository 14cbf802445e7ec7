import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import * as vscode from 'vscode'
import { extension, workspaceFile } from '../extension-under-test'
import { until } from '../until'

suite("Rancher's fleet.yaml", () => {
  test('activates the extension by its name, before it is opened', async () => {
    await until('the extension is active', () => extension().isActive)
  })

  test('is left alone: no diagnostics, no fleet', async () => {
    const document = await vscode.workspace.openTextDocument(workspaceFile('fleet.yaml'))
    await vscode.window.showTextDocument(document)
    await wait(3000)
    assert.deepEqual(vscode.languages.getDiagnostics(document.uri), [])
    const { tree } = await (await extension().activate()).session()
    assert.deepEqual(await tree.children(), [])
  })
})
