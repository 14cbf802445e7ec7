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
    assert.equal(document.languageId, 'yaml')
    assert.deepEqual(vscode.languages.getDiagnostics(document.uri), [])
    const { tree } = await (await extension().activate()).session()
    assert.deepEqual(await tree.children(), [])
  })

  test('is ours once it says what a fleet is', async () => {
    const before = (await vscode.workspace.openTextDocument(workspaceFile('fleet.yaml'))).getText()
    const save = async (text: string) => {
      const document = await vscode.workspace.openTextDocument(workspaceFile('fleet.yaml'))
      const edit = new vscode.WorkspaceEdit()
      edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text)
      await vscode.workspace.applyEdit(edit)
      await document.save()
    }
    await save('name: x\nload_balancer: { server: none }\nservers: { a: {} }\n')
    try {
      await until('it is checked', () => vscode.languages.getDiagnostics(workspaceFile('fleet.yaml'))[0])
    } finally {
      await save(before)
    }
  })
})
