import assert from 'node:assert/strict'
import * as vscode from 'vscode'
import { workspaceFile } from '../extension-under-test'
import { replace } from '../replace'
import { until } from '../until'

const preview = () => vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'fleet-ops-preview')

suite('the preview of the upstream', () => {
  let document: vscode.TextDocument

  suiteSetup(async () => {
    document = await vscode.workspace.openTextDocument(workspaceFile('fleet.yaml'))
    await vscode.window.showTextDocument(document)
    await vscode.commands.executeCommand('fleetOps.previewUpstream')
  })

  suiteTeardown(async () => {
    await vscode.window.showTextDocument(document)
    await vscode.commands.executeCommand('workbench.action.files.revert')
    await vscode.commands.executeCommand('workbench.action.closeAllEditors')
  })

  test('is a read-only nginx document beside the file', async () => {
    const shown = await until('the preview', preview)
    assert.equal(shown.languageId, 'nginx')
    assert.match(shown.getText(), /^upstream voxcore_workers \{\n {4}least_conn;\n {4}server 127\.0\.0\.1:8001;\n/)
    const editor = vscode.window.visibleTextEditors.find(candidate => candidate.document === shown)
    assert.equal(editor?.viewColumn, vscode.ViewColumn.Two)
    assert.equal(vscode.window.activeTextEditor?.document, document, 'the focus stays in fleet.yaml')
    assert.equal(vscode.workspace.fs.isWritableFileSystem(shown.uri.scheme), undefined)
  })

  test('follows what is typed', async () => {
    await replace(document, 'keepalive: 32', 'keepalive: 77')
    await until('the new value', () => preview()?.getText().includes('keepalive 77;'))
  })

  test('stays as it last was, and says so, while the file has errors', async () => {
    await replace(document, 'least_conn', 'leest_conn')
    const text = await until('the mark', () => {
      const now = preview()?.getText() ?? ''
      return now.startsWith('#') && now
    })
    assert.match(text, /^# fleet\.yaml has errors: this is the last good upstream\nupstream voxcore_workers \{\n/)
    assert.match(text, /keepalive 77;/)
    await replace(document, 'leest_conn', 'ip_hash')
    await until('the mended upstream', () =>
      preview()?.getText().startsWith('upstream voxcore_workers {\n    ip_hash;'),
    )
  })

  test('the live file is compared with what reload would write', async () => {
    await vscode.commands.executeCommand('workbench.action.files.revert')
    await vscode.commands.executeCommand('fleetOps.compareUpstream', document.uri)
    const input = await until('the diff', () => {
      const tab = vscode.window.tabGroups.activeTabGroup.activeTab?.input
      return tab instanceof vscode.TabInputTextDiff && tab
    })
    const [live, rendered] = await Promise.all(
      [input.original, input.modified].map(async uri => (await vscode.workspace.openTextDocument(uri)).getText()),
    )
    assert.match(live ?? '', /^# Written by hand, long ago\.\n/)
    assert.doesNotMatch(live ?? '', /10\.20\.0\.13:8004/)
    assert.match(rendered ?? '', /^# Written by hand, long ago\.\n[\s\S]*10\.20\.0\.13:8004;/)
  })
})
