import assert from 'node:assert/strict'
import * as vscode from 'vscode'
import { workspaceFile } from '../extension-under-test'
import { until } from '../until'

const open = async (name: string) => {
  const document = await vscode.workspace.openTextDocument(workspaceFile(name))
  await vscode.window.showTextDocument(document)
  return document
}

suite('fleet.yaml in the editor', () => {
  test('has a language of its own', async () => {
    assert.equal((await open('broken.fleet.yaml')).languageId, 'fleet-yaml')
  })

  test('what is wrong is underlined where it is', async () => {
    const document = await open('broken.fleet.yaml')
    const diagnostics = await until('diagnostics', () => {
      const found = vscode.languages.getDiagnostics(document.uri)
      return found.length >= 2 && found
    })
    const shown = diagnostics
      .map(({ code, range, severity }) => {
        const word = typeof code === 'object' ? code.value : code
        return `${vscode.DiagnosticSeverity[severity]} ${word}: ${document.getText(range)}`
      })
      .sort()
    assert.deepEqual(
      shown.filter(line => line.startsWith('Error')),
      ['Error unknown-key: wrokers', 'Error unknown-server: core-9'],
    )
  })

  test('the quick fix of a misspelt key mends it', async () => {
    const document = await open('broken.fleet.yaml')
    const line = document
      .getText()
      .split('\n')
      .findIndex(text => text.includes('wrokers'))
    const range = new vscode.Range(line, 4, line, 11)
    const actions = await until('a quick fix', async () => {
      const found = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        document.uri,
        range,
        vscode.CodeActionKind.QuickFix.value,
      )
      return found.length > 0 && found
    })
    const [fix] = actions
    assert.ok(fix?.edit, JSON.stringify(actions))
    await vscode.workspace.applyEdit(fix.edit)
    assert.match(document.getText(), /^ {4}workers: 4$/m)
    await vscode.commands.executeCommand('undo')
  })

  test('keys are completed, and explained when hovered', async () => {
    const document = await open('broken.fleet.yaml')
    const end = document.positionAt(document.getText().length)
    const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      end,
    )
    const labels = items.map(({ label }) => (typeof label === 'string' ? label : label.label))
    assert.ok(labels.includes('rollout'), labels.join(', '))
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      new vscode.Position(1, 3),
    )
    assert.ok(hovers.length > 0)
  })

  test('the outline names the servers', async () => {
    const document = await open('broken.fleet.yaml')
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      document.uri,
    )
    const servers = symbols.find(({ name }) => name === 'servers')
    assert.deepEqual(
      servers?.children.map(({ name }) => name),
      ['core-1'],
    )
  })

  test('a suggestion is accepted with Tab, and one undo takes it back', async () => {
    const document = await open('broken.fleet.yaml')
    const before = document.getText()
    const editor = vscode.window.activeTextEditor
    assert.ok(editor)
    const end = document.positionAt(before.length)
    editor.selection = new vscode.Selection(end, end)
    await vscode.commands.executeCommand('type', { text: 'roll' })
    await vscode.commands.executeCommand('editor.action.triggerSuggest')
    const accepted = await until('the suggestion in the text', async () => {
      await vscode.commands.executeCommand('acceptSelectedSuggestion')
      return document.getText().includes('rollout:') && document.getText()
    })
    assert.match(accepted, /^rollout:$/m)
    await until('the text as it was', async () => {
      await vscode.commands.executeCommand('undo')
      return document.getText() === before
    })
  })

  test('a server is renamed wherever it is named', async () => {
    const document = await open('broken.fleet.yaml')
    const line = document
      .getText()
      .split('\n')
      .findIndex(text => text.includes('core-1:'))
    const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit>(
      'vscode.executeDocumentRenameProvider',
      document.uri,
      new vscode.Position(line, 4),
      'core-9',
    )
    await vscode.workspace.applyEdit(edit)
    assert.match(document.getText(), /^ {2}core-9:$/m)
    await vscode.commands.executeCommand('undo')
  })
})
