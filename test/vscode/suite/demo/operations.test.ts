import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import * as vscode from 'vscode'
import type { Session } from '../../../../src/editor/session'
import type { Observed } from '../../../../src/fleet/observed'
import type { OperationArguments } from '../../../../src/plan/operation'
import { type ExtensionApi, extension, workspaceFile } from '../extension-under-test'
import { replace } from '../replace'
import { until } from '../until'
import { runToItsEnd } from './run-to-its-end'

/** The operations that runs.test.ts has no need of, each with what it leaves in fleet.yaml and on the servers. */
suite('every other operation on the demo fleet', () => {
  let api: ExtensionApi
  let session: Session
  let document: vscode.TextDocument

  suiteSetup(async () => {
    api = await extension().activate()
    session = await api.session()
    document = await vscode.workspace.openTextDocument(workspaceFile('fleet.yaml'))
  })

  setup(() => api.answerBy(async () => 'go'))
  teardown(async () => {
    for (const terminal of vscode.window.terminals) terminal.dispose()
    await until('no terminal', () => vscode.window.terminals.length === 0)
  })

  /** Runs it to its good end, and answers what the servers are then. */
  async function done(command: string, given?: OperationArguments) {
    const { outcome, transcript } = await runToItsEnd(session, command, given)
    assert.equal(outcome.kind, 'done', transcript)
    const { loadBalancer, servers } = await look()
    assert.ok(loadBalancer.reachable && loadBalancer.file.exists)
    return { upstream: loadBalancer.file.text, servers, transcript }
  }

  async function look(): Promise<Observed> {
    const fleet = (await session.files.read(document.uri))?.fleet
    assert.ok(fleet)
    return session.statuses.refresh(document.uri, fleet)
  }

  test('set-calls changes fleet.yaml and .env, and restarts the workers that read it', async () => {
    const { servers, transcript } = await done('fleetOps.setCalls', { server: 'core-3', calls: 4 })
    assert.match(document.getText(), /core-3:[^\n]*\n[^#]*max_concurrent_calls: 4/)
    assert.match(transcript, /MAX_CONCURRENT_CALLS/)
    const { 'core-3': server } = servers
    assert.ok(server?.reachable)
    assert.equal(server.environment.maxCalls, '4')
  })

  test('remove-worker takes a worker out of nginx, systemd and fleet.yaml', async () => {
    const { upstream, servers } = await done('fleetOps.removeWorker', { server: 'core-2', worker: 5 })
    assert.match(document.getText(), /core-2:[^#]*workers: (4|\[1, 2, 3, 4\])/)
    assert.doesNotMatch(upstream, /10\.20\.0\.12:8005/)
    assert.ok(servers['core-2']?.reachable)
  })

  test('apply makes the servers what fleet.yaml says, firewall and all', async () => {
    await replace(document, 'keepalive: 48', 'keepalive: 40')
    await replace(document, 'rollout:', 'firewall: { tool: nftables }\n\nrollout:')
    const { upstream, transcript } = await done('fleetOps.apply')
    assert.match(upstream, /keepalive 40;/)
    assert.match(transcript, /✓ +\d+\/\d+ .* core-2 +Allow only \S+ to\s+reach\s+ports\s+8001.8004\s+of\s+core-2/)
    const again = await runToItsEnd(session, 'fleetOps.apply')
    assert.equal(again.outcome.kind, 'nothing-to-do', again.transcript)
  })

  test('a drained worker is down in fleet.yaml and in nginx until it is undrained', async () => {
    // Draining by hand ends no call: they are waited for, of a worker that has few.
    await replace(document, 'timeout: 1s', 'timeout: 40s')
    const before = document.getText()
    const worker = await leastBusyWorker()
    const drained = await done('fleetOps.drain', worker)
    assert.match(drained.upstream, / down;/)
    assert.match(document.getText(), /worker_options:[^#]*down: true/)
    const { upstream } = await done('fleetOps.undrain', worker)
    assert.doesNotMatch(upstream, / down;/)
    assert.equal(document.getText(), before)
  })

  test("a worker's log is followed in one terminal, however often it is asked for", async () => {
    for (const _ of [1, 2])
      await vscode.commands.executeCommand('fleetOps.showLogs', {
        file: document.uri,
        given: { server: 'core-1', worker: 1 },
      })
    assert.deepEqual(
      vscode.window.terminals.map(({ name }) => name),
      ['core-1 · worker 1'],
    )
  })

  test('Ctrl-C ends following a log while its server is still being reached', async () => {
    const file = workspaceFile('silent.fleet.yaml')
    // It takes connections and never says a word.
    const silent = createServer().listen(0, '127.0.0.1')
    const reached = once(silent, 'connection')
    try {
      await once(silent, 'listening')
      const { port } = silent.address() as AddressInfo
      const server = `s: { host: 127.0.0.1, workers: 1, ssh: { port: ${port} } }`
      const text = `name: silent\nload_balancer: { server: s }\nservers:\n  ${server}\n`
      await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text))
      await vscode.commands.executeCommand('fleetOps.showLogs', { file, given: { server: 's', worker: 1 } })
      await reached
      const [terminal] = vscode.window.terminals
      terminal?.sendText('\x03', false)
      // It closes only once nothing goes on in it: long before a server that is silent is given up.
      const closed = () => {
        terminal?.sendText('\x04', false)
        return vscode.window.terminals.length === 0
      }
      await until('its end', closed, 8_000)
    } finally {
      silent.close()
      await vscode.workspace.fs.delete(file)
    }
  })

  async function leastBusyWorker(): Promise<OperationArguments> {
    const workers = Object.entries((await look()).servers).flatMap(([server, seen]) =>
      Object.entries(seen.reachable ? seen.workers : {}).flatMap(([id, { health }]) =>
        health?.kind === 'ok' ? [{ server, worker: Number(id), calls: health.calls }] : [],
      ),
    )
    const [least] = workers.toSorted((one, other) => one.calls - other.calls)
    assert.ok(least)
    return { server: least.server, worker: least.worker }
  }
})
