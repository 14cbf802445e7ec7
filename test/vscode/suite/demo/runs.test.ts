import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import * as vscode from 'vscode'
import { applyPlan } from '../../../../src/apply/apply-plan'
import { prepare } from '../../../../src/apply/session'
import type { Confirm } from '../../../../src/editor/runs/confirm'
import type { EndedRun } from '../../../../src/editor/runs/runs'
import type { Session } from '../../../../src/editor/session'
import type { OperationArguments } from '../../../../src/plan/operation'
import type { OperationCall } from '../../../../src/plan/operation-call'
import { operations } from '../../../../src/plan/operations'
import type { Plan, Step } from '../../../../src/plan/plan'
import { createConnections } from '../../../../src/remote/connections'
import { type ExtensionApi, extension, workspaceFile } from '../extension-under-test'
import { replace } from '../replace'
import { until } from '../until'
import { runToItsEnd as run } from './run-to-its-end'

const asItIs = (text: string) => text
const allOf = (steps: readonly Step[]) => steps

suite('operations on the demo fleet', () => {
  let api: ExtensionApi
  let session: Session
  const file = () => workspaceFile('fleet.yaml')

  suiteSetup(async () => {
    api = await extension().activate()
    session = await api.session()
  })

  setup(() => api.answerBy(async () => 'go'))
  teardown(async () => {
    for (const terminal of vscode.window.terminals) terminal.dispose()
    await until('no terminal', () => vscode.window.terminals.length === 0)
  })

  /** Runs a command on the fleet's row of the view, or another, and waits for the end of its run. */
  async function runToItsEnd(
    command: string,
    given?: OperationArguments,
    mend?: OperationCall,
    answer?: Confirm,
  ): Promise<EndedRun> {
    if (answer) api.answerBy(answer)
    return run(session, command, given, mend)
  }

  test('nothing is done that is not confirmed', async () => {
    api.answerBy(async () => 'stop')
    const { outcome, transcript } = await runToItsEnd('fleetOps.reload')
    assert.equal(outcome.kind, 'declined')
    assert.match(transcript, /Not confirmed\. Nothing was done\./)
  })

  test('what differs from fleet.yaml is mended from its row', async () => {
    const rows = async () =>
      session.tree.children((await session.tree.children()).find(({ label }) => label === 'demo'))
    const group = await until('drift', async () => (await rows()).find(({ kind }) => kind === 'drifts'))
    const [row] = await session.tree.children(group)
    assert.ok(row)
    const { outcome, transcript } = await runToItsEnd('fleetOps.mend', row.given, row.mend)
    assert.equal(outcome.kind, 'done', transcript)
    await until('no drift', async () => (await rows()).some(({ kind }) => kind === 'no-drift'))
    assert.match(await liveFile(), /server 10\.20\.0\.13:8004;/)
  })

  test('reload writes what is in the editor, saved or not, and shows the plan first', async () => {
    const document = await vscode.workspace.openTextDocument(file())
    await replace(document, 'keepalive: 32', 'keepalive: 48')
    const { outcome, plan, transcript } = await runToItsEnd('fleetOps.reload')
    assert.equal(outcome.kind, 'done', transcript)
    assert.equal(plan?.operation, 'reload')
    const confirmed = transcript.indexOf('keepalive 48;')
    assert.ok(confirmed > 0 && confirmed < transcript.search(/✓ +1\/1 .*core-1/), transcript)
    assert.match(transcript, /✓ Done in /)
    assert.match(await liveFile(), /keepalive 48;/)
    assert.equal(document.isDirty, false, 'what was applied is saved')
  })

  test('what cannot be saved is not applied', async () => {
    const document = await vscode.workspace.openTextDocument(file())
    const saved = document.getText()
    await replace(document, 'keepalive: 48', 'keepalive: 50')
    // Somebody else has written the file since: VS Code asks before it saves over that.
    writeFileSync(file().fsPath, `${saved}# elsewhere\n`)
    try {
      const { outcome, transcript } = await runToItsEnd('fleetOps.reload')
      assert.equal(outcome.kind, 'refused', transcript)
      assert.match(transcript, /fleet\.yaml could not be saved\. Nothing was done/)
      assert.match(await liveFile(), /keepalive 48;/)
    } finally {
      writeFileSync(file().fsPath, saved)
      await vscode.window.showTextDocument(document)
      await vscode.commands.executeCommand('workbench.action.files.revert')
    }
    await until('the file as it was', () => !document.isDirty && document.getText() === saved)
  })

  test('a window that closes does not wait for a run whose terminal was not opened yet, and it never goes', async () => {
    const operation = operations.find(({ name }) => name === 'reload')
    assert.ok(operation)
    const ended: EndedRun[] = []
    const listening = session.runs.onDidEnd(run => ended.push(run))
    session.runs.start({ operation, given: {}, file: file() }, 'demo')
    await session.runs.stop()
    listening.dispose()
    assert.deepEqual(ended, [])
  })

  test('add-worker edits fleet.yaml so that one undo takes it back, starts the worker and tells nginx', async () => {
    const document = await vscode.workspace.openTextDocument(file())
    await vscode.window.showTextDocument(document)
    const before = document.getText()
    const { outcome, transcript } = await runToItsEnd('fleetOps.addWorker', { server: 'core-2', count: 1 })
    assert.equal(outcome.kind, 'done', transcript)
    assert.notEqual(document.getText(), before)
    assert.match(document.getText(), /core-2:[\s\S]*?workers: (5|\[1, 2, 3, 4, 5\])/)
    assert.equal(document.isDirty, false)
    assert.match(transcript, /server 10\.20\.0\.12:8005;/)
    await vscode.window.showTextDocument(document)
    await vscode.commands.executeCommand('undo')
    assert.equal(document.getText(), before)
    await vscode.commands.executeCommand('redo')
    await document.save()
  })

  test('a rolling restart of a server drains, restarts and brings back each of its workers', async () => {
    // All four at once: their calls end side by side.
    await replace(await vscode.workspace.openTextDocument(file()), 'batch: 2', 'batch: 4')
    const { outcome, plan, transcript } = await runToItsEnd('fleetOps.rollingRestart', { server: 'core-3' })
    assert.equal(outcome.kind, 'done', transcript)
    const restarted = plan?.steps.filter(step => step.kind === 'restart-worker') ?? []
    assert.equal(restarted.length, 4)
    assert.equal(transcript.match(/✓ +\d+\/\d+ /g)?.length, plan?.steps.length)
    assert.match(transcript, /calls? left/)
  })

  test('Ctrl-C in the terminal cancels, and brings drained workers back', async () => {
    const ending = runToItsEnd('fleetOps.rollingRestart', {})
    const terminal = await until('the terminal', () => vscode.window.terminals.find(({ name }) => /Rolling/.test(name)))
    await until('a drained worker', async () => / down;/.test(await liveFile()))
    terminal.sendText('\x03', false)
    const { outcome, transcript } = await ending
    assert.equal(outcome.kind, 'cancelled', transcript)
    assert.equal(outcome.kind === 'cancelled' && outcome.restored, true)
    assert.doesNotMatch(await liveFile(), / down;/)
  })

  test('a plan that is not any more what the servers need is not carried out, and what it would be now is shown', async () => {
    api.answerBy(async () => {
      // Another operator, who comes while this one looks at the plan.
      await elsewhere('reload', {}, text => text.replace('keepalive: 48', 'keepalive: 64'), allOf)
      return 'go'
    })
    const { outcome, transcript } = await runToItsEnd('fleetOps.reload')
    assert.equal(outcome.kind, 'refused', transcript)
    const [, after = ''] = transcript.split('No server was changed.')
    assert.match(after, /have changed since/)
    assert.match(after, /\+ keepalive 48;/)
    assert.match(await liveFile(), /keepalive 64;/)
  })

  test('a rollout that did not end well goes on where it broke, or restarts all if the operator wants so', async () => {
    // One that restarts the first worker, and is never heard of again.
    await elsewhere('rolling-restart', { server: 'core-3' }, asItIs, steps => {
      const first = steps.findIndex(step => step.kind === 'restart-worker')
      return steps.slice(0, 1).concat(steps[first] ?? [])
    })
    const plans: Plan[] = []
    const restarts = ({ steps }: Plan) => steps.filter(step => step.kind === 'restart-worker').length
    await until('the first worker to answer', async () => {
      plans.length = 0
      const { outcome, plan } = await runToItsEnd(
        'fleetOps.rollingRestart',
        { server: 'core-3' },
        undefined,
        async shown => {
          plans.push(shown)
          return shown.alternative ? 'alternative' : 'stop'
        },
      )
      assert.equal(outcome.kind, 'declined')
      return plan && plans.length > 1 && plan
    })
    const [rest, all] = plans
    assert.deepEqual([rest && restarts(rest), all && restarts(all)], [3, 4])
    assert.match(
      rest?.warnings.join() ?? '',
      /worker 1 of core-3 was restarted by the unfinished rollout that began at .*: skipped/,
    )
  })

  test('one run at a time: a second one for the same fleet is not started', async () => {
    // From here on calls are not what the tests are about: whoever is in one is not waited for.
    const document = await vscode.workspace.openTextDocument(file())
    await replace(document, 'timeout: 2m, on_timeout: stop', 'timeout: 1s, on_timeout: restart')
    const first = runToItsEnd('fleetOps.rollingRestart', { server: 'core-1', worker: 1 })
    await until('the first run', () => vscode.window.terminals.length === 1)
    await vscode.commands.executeCommand('fleetOps.reload', { file: file(), given: {} })
    assert.deepEqual(
      vscode.window.terminals.map(({ name }) => name),
      ['Rolling Restart · demo'],
    )
    assert.equal((await first).outcome.kind, 'done')
  })

  /** Carries out what an operation plans for the fleet.yaml that `edit` makes of this one, without this window's knowing. */
  async function elsewhere(
    name: string,
    given: object,
    edit: (text: string) => string,
    choose: (steps: readonly Step[]) => readonly Step[],
  ): Promise<void> {
    const operation = operations.find(candidate => candidate.name === name)
    const reading = await session.files.read(file())
    assert.ok(operation && reading)
    const connections = createConnections({
      prompts: { trustHostKey: async () => false, secret: async () => undefined },
    })
    const text = edit(reading.text)
    const { plan, fleet } = await prepare(operation, given, { path: file().fsPath, text, connections })
    const outcome = await applyPlan(
      { ...plan, steps: choose(plan.steps) },
      {
        ...{ fleet, connections, owner: 'bob@desk' },
        planAgain: async () => ({ ...plan, steps: choose(plan.steps) }),
        signal: new AbortController().signal,
        onEvent: () => {},
      },
    )
    await connections.dispose()
    assert.equal(outcome.kind, 'done')
  }

  /** The file on the load balancer that holds the upstream. */
  async function liveFile(): Promise<string> {
    const reading = await session.files.read(file())
    assert.ok(reading?.fleet)
    const { loadBalancer } = await session.statuses.refresh(file(), reading.fleet)
    assert.ok(loadBalancer.reachable && loadBalancer.file.exists)
    return loadBalancer.file.text
  }
})
