// npm run bench -- language: from a keystroke to the diagnostics, at three sizes of fleet, beside yaml-language-server that is
// given our schema; in one run, on one machine, in turns.
import { execFileSync } from 'node:child_process'
import { performance } from 'node:perf_hooks'
import {
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
} from 'vscode-languageserver-protocol/node'
import { Editor } from '../unit/language/editor'
import { startYamlLanguageServer } from '../unit/language/yaml-language-server'

/** yaml-language-server waits so long after a keystroke before it begins (its `validationDelayMs`). */
const theirDelay = 200
const sizes = [
  { servers: 10, keystrokes: 60 },
  { servers: 100, keystrokes: 40 },
  { servers: 1000, keystrokes: 15 },
]

/** Eight lines a server. The text says that it is to be timed by a value that a keystroke makes right or wrong. */
const fleetOf = (servers: number) =>
  `name: big\nload_balancer:\n  server: s-0\nrollout:\n  batch: 1\nservers:\n${Array.from(
    { length: servers },
    (_, index) =>
      `  s-${index}:\n    # rack ${index % 40}\n    host: 10.${index >> 8}.${index & 255}.1\n    cores: 4\n    workers: 4\n    max_concurrent_calls: 5\n    ssh:\n      user: deploy\n`,
  ).join('')}`

interface Server {
  readonly connection: ProtocolConnection
  readonly process: { readonly pid?: number | undefined }
}

/** Milliseconds from each of some keystrokes to its diagnostics, alternately one and none. The first ones warm up and are not counted. */
async function timed(server: Server, servers: number, keystrokes: number): Promise<readonly number[]> {
  const uri = `file:///bench/${servers}/fleet.yaml`
  const text = fleetOf(servers)
  const line = text.split('\n').length - 6
  const opened = nextDiagnostics(server.connection, uri, 0)
  const textDocument = { uri, languageId: 'fleet-yaml', version: 1, text }
  await server.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument })
  await opened
  const times: number[] = []
  const warmUp = 6
  for (let version = 2; version < 2 + warmUp + keystrokes; version++) {
    const isWrong = version % 2 === 0
    const said = nextDiagnostics(server.connection, uri, isWrong ? 1 : 0)
    const began = performance.now()
    await server.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version },
      contentChanges: [
        isWrong
          ? { range: { start: { line, character: 11 }, end: { line, character: 11 } }, text: 'x' }
          : { range: { start: { line, character: 11 }, end: { line, character: 12 } }, text: '' },
      ],
    })
    await said
    if (version >= 2 + warmUp) times.push(performance.now() - began)
  }
  return times
}

function nextDiagnostics(connection: ProtocolConnection, uri: string, count: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const tooLong = setTimeout(() => reject(new Error(`no ${count} diagnostics of ${uri} within a minute`)), 60_000)
    const listening = connection.onNotification(
      PublishDiagnosticsNotification.type,
      (params: PublishDiagnosticsParams) => {
        if (params.uri !== uri || params.diagnostics.length !== count) return
        clearTimeout(tooLong)
        listening.dispose()
        resolve()
      },
    )
  })
}

const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
const worst = (times: readonly number[]): number => Math.max(...times)

/** Megabytes of memory that a process holds. */
function memoryOf({ process: { pid } }: Server): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024
}

const ours = await Editor.start({ minify: true })
const theirs = await startYamlLanguageServer()
try {
  console.log('From a keystroke to the diagnostics, in milliseconds: median (worst)')
  console.log(
    'servers  lines  ours           memory    yaml-language-server  memory    ratio  without its delay of 200 ms',
  )
  for (const { servers, keystrokes } of sizes) {
    const own = await timed(ours, servers, keystrokes)
    const ownMemory = memoryOf(ours)
    const other = await timed(theirs, servers, keystrokes)
    const otherMemory = memoryOf(theirs)
    const cell = (times: readonly number[]) => `${median(times).toFixed(1)} (${worst(times).toFixed(0)})`
    const ratio = (delay: number) => `${((median(other) - delay) / median(own)).toFixed(1)} ×`
    console.log(
      [
        String(servers).padStart(7),
        String(fleetOf(servers).split('\n').length - 1).padStart(5),
        cell(own).padEnd(13),
        `${ownMemory.toFixed(0)} MB`.padEnd(8),
        cell(other).padEnd(20),
        `${otherMemory.toFixed(0)} MB`.padEnd(8),
        ratio(0),
        ratio(theirDelay),
      ].join('  '),
    )
  }
} finally {
  await ours.stop()
  await theirs.stop()
}
