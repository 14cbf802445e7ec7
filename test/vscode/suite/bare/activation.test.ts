import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import * as vscode from 'vscode'
import { extension } from '../extension-under-test'

suite('a folder without a fleet', () => {
  test('does not activate the extension', async () => {
    await wait(3000)
    assert.equal(extension().isActive, false)
  })

  test('nor does opening other YAML', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'yaml', content: 'servers: {}\n' })
    await vscode.window.showTextDocument(document)
    await wait(1000)
    assert.equal(extension().isActive, false)
  })

  test('a command activates it', async () => {
    await vscode.commands.executeCommand('fleetOps.showLog')
    assert.equal(extension().isActive, true)
  })
})
