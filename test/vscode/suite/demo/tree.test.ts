import assert from 'node:assert/strict'
import * as vscode from 'vscode'
import type { Session } from '../../../../src/editor/session'
import { type FleetRow, fleetRows } from '../../../../src/editor/view/fleet-rows'
import { itemOf } from '../../../../src/editor/view/fleet-view'
import { checkFleet } from '../../../../src/fleet/check'
import { parseFleetDocument } from '../../../../src/fleet/document'
import { workerStates } from '../../../../src/plan/state'
import { extension, workspaceFile } from '../extension-under-test'
import { until } from '../until'

suite('the Fleet view', () => {
  let session: Session
  let broken: vscode.Uri

  suiteSetup(async () => {
    session = await (await extension().activate()).session()
    broken = workspaceFile('broken.fleet.yaml')
    await vscode.commands.executeCommand('workbench.action.closeAllEditors')
  })

  const roots = () => session.tree.children()
  const fleet = async (): Promise<FleetRow> => {
    const row = (await roots()).find(({ kind }) => kind === 'fleet')
    assert.ok(row)
    return row
  }
  const seen = async () => {
    await session.tree.refresh()
    return session.tree.children(await fleet())
  }

  test('has a row for each fleet where there are several; one with errors says so', async () => {
    const rows = await roots()
    assert.deepEqual(
      rows.map(({ kind, label }) => `${kind} ${label}`),
      ['errors broken.fleet.yaml', 'fleet demo'],
    )
    assert.match(rows[0]?.spoken ?? '', /has errors/)
  })

  test('shows the load balancer and the servers with their calls', async () => {
    const rows = await seen()
    assert.deepEqual(
      rows.map(({ kind }) => kind),
      ['load-balancer', 'server', 'server', 'server', 'drifts'],
    )
    assert.match(rows[0]?.description ?? '', /^core-1 · \d+\/60 calls$/)
    for (const row of rows.slice(1, 4)) assert.match(row.description, /^\d+\/20 calls · 4 workers$/)
  })

  test('shows each worker with its state in words, not by colour alone', async () => {
    const server = (await seen())[1]
    assert.ok(server)
    const workers = await session.tree.children(server)
    assert.deepEqual(
      workers.map(({ label }) => label),
      ['worker 1', 'worker 2', 'worker 3', 'worker 4'],
    )
    for (const worker of workers) {
      assert.match(worker.description, /^(busy|healthy) · \d\/5 calls$/)
      assert.ok(worker.spoken.includes(worker.description.replace(' · ', ', ')))
      assert.deepEqual(worker.given, { server: 'core-1', worker: Number(worker.label.slice(-1)) })
    }
  })

  test('names what differs from fleet.yaml, with the operation that mends it', async () => {
    const rows = await seen()
    const group = rows.find(({ kind }) => kind === 'drifts')
    assert.ok(group)
    const drifts = await session.tree.children(group)
    assert.ok(
      drifts.some(({ label, mend }) => /worker 4 of core-3/.test(label) && mend),
      JSON.stringify(drifts),
    )
  })

  test('a click shows the line of fleet.yaml', async () => {
    const rows = await seen()
    await vscode.commands.executeCommand('fleetOps.revealLine', rows[2])
    const editor = vscode.window.activeTextEditor
    assert.equal(editor?.document.uri.toString(), workspaceFile('fleet.yaml').toString())
    assert.match(editor?.document.lineAt(editor.selection.start.line).text ?? '', /^ {2}core-2:/)
  })

  test('is painted from what was last seen, before any server answers', async () => {
    const started = performance.now()
    const [, first] = await session.tree.children(await fleet())
    assert.match(first?.description ?? '', /calls/)
    assert.ok(performance.now() - started < 1000)
    const kept = session.statuses.of(workspaceFile('fleet.yaml'))
    assert.equal(kept?.loadBalancer.reachable, true)
  })

  test('a fleet that has no errors any more joins the others', async () => {
    const edit = new vscode.WorkspaceEdit()
    const document = await vscode.workspace.openTextDocument(broken)
    const text = document.getText().replace('core-9', 'core-1').replace('wrokers', 'workers')
    edit.replace(broken, new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length)), text)
    await vscode.workspace.applyEdit(edit)
    await until('two fleets', async () => (await roots()).every(({ kind }) => kind === 'fleet'))
    await vscode.window.showTextDocument(document)
    await vscode.commands.executeCommand('workbench.action.files.revert')
  })

  test('a thousand servers are painted from what was last seen within 50 ms', () => {
    const file = workspaceFile('thousand.fleet.yaml')
    const servers = Array.from(
      { length: 1000 },
      (_, index) => `  core-${index}: { host: 10.${index >> 8}.${index & 255}.1 }`,
    )
    const text = `name: thousand\nload_balancer: { server: core-0 }\nservers:\n${servers.join('\n')}\n`
    const { fleet } = checkFleet(parseFleetDocument(text))
    assert.equal(fleet?.servers.length, 1000)
    const unreachable = { reachable: false, message: 'it was not asked' } as const
    const observed = {
      at: 0,
      loadBalancer: unreachable,
      servers: Object.fromEntries(fleet.servers.map(({ name }) => [name, unreachable])),
    }
    const times = Array.from({ length: 5 }, () => {
      const began = performance.now()
      const rows = fleetRows({ file, fleet, observed, states: workerStates(fleet, observed), drifts: [] })
      const items = rows.map(itemOf)
      assert.equal(items.length, 1002)
      return performance.now() - began
    })
    assert.ok(Math.min(...times) < 50, `${times.map(Math.round)} ms`)
  })
})
