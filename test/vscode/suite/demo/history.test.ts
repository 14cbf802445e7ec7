import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import * as vscode from 'vscode'
import { itemOf, RunHistory } from '../../../../src/editor/runs/run-history'
import type { Session } from '../../../../src/editor/session'
import { type ExtensionApi, extension, workspaceFile } from '../extension-under-test'
import { until } from '../until'
import { runToItsEnd } from './run-to-its-end'

const read = ({ log }: { readonly log: vscode.Uri }) => readFileSync(log.fsPath, 'utf8')

suite('what is kept of the runs', () => {
  let api: ExtensionApi
  let session: Session

  suiteSetup(async () => {
    api = await extension().activate()
    session = await api.session()
  })

  setup(() => api.answerBy(async () => 'go'))
  teardown(async () => {
    for (const terminal of vscode.window.terminals) terminal.dispose()
    await until('no terminal', () => vscode.window.terminals.length === 0)
  })

  test('every run has left its log, without a key in it', () => {
    const { runs } = session.history
    assert.ok(runs.length >= 4)
    const secret = readFileSync(workspaceFile('demo_key').fsPath, 'utf8').split('\n')[1] ?? ''
    assert.ok(secret.length > 20)
    for (const run of runs) {
      const text = read(run)
      assert.ok(text.includes(run.title.split(' ')[0] ?? ''), run.title)
      assert.ok(!text.includes(secret))
      assert.equal(typeof run.ending, 'object', run.title)
    }
  })

  // Calls are not waited for: see the end of runs.test.ts.
  test('a log is written while its run goes on, and holds in the end all that the terminal showed', async () => {
    const ending = runToItsEnd(session, 'fleetOps.restart', { server: 'core-2', worker: 1 })
    const run = await until('a run that goes on', () => session.history.runs.find(one => one.ending === 'going on'))
    const early = await until('the first step in its log', () => {
      const text = read(run)
      return /✓ +1\/\d+ /.test(text) && text
    })
    assert.match(early, /^Restart Worker · demo · /)
    assert.match(early, /✓ {2}Confirmed\n/)
    assert.doesNotMatch(early, /Done in/)
    assert.match(itemOf(session.history.runs[0] ?? run).label, /^… Restart/)
    assert.equal(statSync(run.log.fsPath).mode & 0o777, 0o600)
    const { transcript } = await ending
    const text = read(run)
    assert.equal(text, transcript)
    assert.match(text, /✓ Done in /)
    assert.ok(!text.includes('\x1b'))
    const [kept] = session.history.runs
    assert.equal(kept?.log.fsPath, run.log.fsPath)
    assert.deepEqual(kept?.ending, { sign: '✓', outcome: 'done' })
  })

  test('a plan that was not confirmed is kept as that', async () => {
    api.answerBy(async () => 'stop')
    const { transcript } = await runToItsEnd(session, 'fleetOps.restart', { server: 'core-2', worker: 1 })
    const [run] = session.history.runs
    assert.deepEqual(run?.ending, { sign: '⊘', outcome: 'not confirmed' })
    assert.equal(run && read(run), transcript)
  })

  test('no secret that was typed is shown or written down, whoever says it', async () => {
    session.secrets.add('correct-horse')
    const { outcome, transcript } = await runToItsEnd(session, 'fleetOps.restart', {
      server: 'correct-horse',
      worker: 1,
    })
    assert.equal(outcome.kind, 'refused')
    assert.match(transcript, /no server \(a secret\)/)
    const [run] = session.history.runs
    assert.ok(run)
    assert.match(read(run), /no server \(a secret\)/)
    assert.doesNotMatch(read(run) + JSON.stringify(run), /correct-horse/)
  })

  test('a run whose window died is shown as one that broke off, with all that it had said', async () => {
    const state = new Map<string, unknown>()
    const memento = {
      keys: () => [...state.keys()],
      get: (key: string, otherwise?: unknown) => state.get(key) ?? otherwise,
      update: async (key: string, value: unknown) => void state.set(key, value),
    } as vscode.Memento
    const window = () => new RunHistory(memento, workspaceFile('.storage'), text => text)
    const before = window()
    const kept = await before.begin({ title: 'Rolling Restart', fleet: 'demo', at: Date.now() })
    kept.write('Rolling Restart · demo\n')
    kept.entitle('Rolling restart of core-3')
    assert.deepEqual(
      before.runs.map(({ ending }) => ending),
      ['going on'],
    )
    const [run] = window().runs
    assert.ok(run)
    const { label, detail } = itemOf(run)
    assert.equal(label, '⚠ Rolling restart of core-3')
    assert.match(detail ?? '', /^ended without a word: its window closed or died/)
    assert.equal(read(run), 'Rolling Restart · demo\n')
    await kept.end({ title: 'Rolling restart of core-3', outcome: 'done', sign: '✓' })
    assert.deepEqual(window().runs[0]?.ending, { outcome: 'done', sign: '✓' })
  })
})
