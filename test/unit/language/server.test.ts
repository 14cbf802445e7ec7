import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { after, before, test } from 'node:test'
import {
  CodeActionRequest,
  CompletionRequest,
  createProtocolConnection,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentSymbolRequest,
  ExitNotification,
  HoverRequest,
  type InitializeParams,
  InitializeRequest,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node'
import { buildProduct } from '../../../esbuild.mjs'

let server: ChildProcess
let editor: ProtocolConnection
const published: PublishDiagnosticsParams[] = []

before(async () => {
  await buildProduct({ only: ['server'], outdir: 'out/language-server', minify: false })
  server = spawn(process.execPath, ['out/language-server/server.js', '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] })
  if (!server.stdout || !server.stdin) throw new Error('the server has no standard streams')
  editor = createProtocolConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin))
  editor.onNotification(PublishDiagnosticsNotification.type, params => void published.push(params))
  editor.listen()
  const capabilities = {
    textDocument: {
      completion: { completionItem: { snippetSupport: true } },
      publishDiagnostics: { relatedInformation: true },
    },
  }
  await editor.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    rootUri: null,
    capabilities,
  } satisfies InitializeParams)
})

after(async () => {
  const ended = once(server, 'exit')
  await editor.sendRequest(ShutdownRequest.type)
  await editor.sendNotification(ExitNotification.type)
  const [code] = await ended
  rmSync('out/language-server', { recursive: true, force: true })
  assert.equal(code, 0, 'the server lived to its end')
})

let opened = 0

async function open(text: string, name = 'fleet.yaml'): Promise<string> {
  opened += 1
  const uri = `file:///test/${opened}/${name}`
  await editor.sendNotification(DidOpenTextDocumentNotification.type, {
    textDocument: { uri, languageId: 'fleet-yaml', version: 1, text },
  })
  return uri
}

async function diagnosticsOf(uri: string, version = 1): Promise<PublishDiagnosticsParams> {
  for (let tries = 0; tries < 500; tries++) {
    const found = published.findLast(params => params.uri === uri && (params.version ?? 0) >= version)
    if (found) return found
    await new Promise(wait => setTimeout(wait, 10))
  }
  throw new Error(`no diagnostics for ${uri}`)
}

/** Opens a text with `|` where the cursor is. */
async function openAt(marked: string) {
  const offset = marked.indexOf('|')
  const lines = marked.slice(0, offset).split('\n')
  const uri = await open(marked.replace('|', ''))
  return { textDocument: { uri }, position: { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 } }
}

const good = 'name: x\nload_balancer: { server: core-1 }\nservers:\n  core-1: { workers: 2 }\n'

const diagnosed: readonly (readonly [string, string, string[]])[] = [
  ['a good file', good, []],
  ['an empty file', '', []],
  ["Rancher's file", 'namespace: x\nhelm: {}\n', []],
  ['a key that does not exist', `${good}servcie: {}\n`, ['4:0-4:7 unknown-key']],
  [
    'after characters of two code units',
    `# \u{1F600}\r\n${good.replaceAll('\n', '\r\n')}x\u{1F600}: 1\r\n`,
    ['5:0-5:3 unknown-key'],
  ],
  ['a byte order mark', `\uFEFF${good.replace('core-1 }', 'core-9 }')}`, ['1:25-1:31 unknown-server']],
]

for (const [name, text, expected] of diagnosed) {
  test(`diagnostics of ${name}`, async () => {
    const { diagnostics } = await diagnosticsOf(await open(text))
    assert.deepEqual(
      diagnostics.map(
        ({ range: { start, end }, code }) => `${start.line}:${start.character}-${end.line}:${end.character} ${code}`,
      ),
      expected,
    )
  })
}

test('only the newest of many versions is answered in the end, and closing clears', async () => {
  const uri = await open(good)
  for (let version = 2; version <= 60; version++) {
    await editor.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version },
      contentChanges: [
        {
          range: { start: { line: 0, character: 6 }, end: { line: 0, character: 6 } },
          text: version === 60 ? '+' : 'x',
        },
      ],
    })
  }
  const { diagnostics, version } = await diagnosticsOf(uri, 60)
  assert.equal(version, 60)
  assert.deepEqual(
    diagnostics.map(({ code }) => code),
    ['invalid-value'],
  )
  assert.ok(published.filter(params => params.uri === uri).length < 20, 'versions that are out of date are not checked')
  await editor.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } })
  await editor.sendRequest(HoverRequest.type, { textDocument: { uri }, position: { line: 0, character: 0 } })
  assert.deepEqual(published.findLast(params => params.uri === uri)?.diagnostics, [])
})

const completed: readonly (readonly [string, string, string[], string[]])[] = [
  ['the keys of the file, required first', '|', ['name', 'load_balancer', 'servers', 'rollout'], []],
  [
    'keys that are there already are left out',
    'name: x\n|\nservers: {}\n',
    ['load_balancer', 'service'],
    ['name', 'servers'],
  ],
  [
    'keys of a server',
    'name: x\nservers:\n  core-1:\n    cores: 4\n    |\n',
    ['host', 'address', 'workers'],
    ['cores', 'name'],
  ],
  ['keys in flow style', 'name: x\nservers:\n  core-1: { cores: 4, | }\n', ['host', 'workers'], ['cores']],
  ['keys of worker options', 'servers:\n  a:\n    worker_options:\n      3: { | }\n', ['weight', 'down'], ['cores']],
  [
    'values of an enumeration',
    'name: x\nservers: {}\nrollout:\n  drain:\n    on_timeout: |\n',
    ['stop', 'restart'],
    ['timeout'],
  ],
  ['values in flow style', 'servers: {}\nrollout: { drain: { on_timeout: | } }\n', ['stop', 'restart'], []],
  ['balancing methods', 'servers: {}\nload_balancer:\n  method: |\n', ['least_conn', 'ip_hash'], []],
  [
    'names of servers',
    'load_balancer:\n  server: |\nservers:\n  core-1: { workers: 1 }\n  core-2:\n',
    ['core-1', 'core-2'],
    [],
  ],
  ['half a key', 'name: x\nservers:\n  core-1:\n    wor|\n', ['workers'], []],
  ['a broken text', 'name: x\nload_balancer: [\nservers:\n  core-1:\n    |', ['workers'], []],
]

for (const [name, text, wanted, unwanted] of completed) {
  test(`completion: ${name}`, async () => {
    const answer = await editor.sendRequest(CompletionRequest.type, await openAt(text))
    const items = Array.isArray(answer) ? answer : (answer?.items ?? [])
    const labels = items
      .toSorted((a, b) => (a.sortText ?? a.label).localeCompare(b.sortText ?? b.label))
      .map(({ label }) => label)
    assert.deepEqual(
      wanted.filter(label => !labels.includes(label)),
      [],
      labels.join(', '),
    )
    assert.deepEqual(
      unwanted.filter(label => labels.includes(label)),
      [],
    )
    assert.ok(items.every(item => item.textEdit))
    if (name.includes('required first'))
      assert.deepEqual(labels.slice(0, 3).toSorted(), ['load_balancer', 'name', 'servers'])
  })
}

const hovered: readonly (readonly [string, string, RegExp | undefined])[] = [
  ['a key', good.replace('workers', 'work|ers'), /How many workers it runs/],
  ['the nginx lines of a server', good.replace('workers: 2', 'workers: |2'), /server core-1:8002;/],
  ['the capacity of the fleet', good.replace('servers:', 'ser|vers:'), /2 workers, 10 calls at a time/],
  ['a default', `${good}rollout: { bat|ch: 2 }\n`, /Default: `1`/],
  ['a comment', `# he|re\n${good}`, undefined],
]

for (const [name, text, wanted] of hovered) {
  test(`hover: ${name}`, async () => {
    const answer = await editor.sendRequest(HoverRequest.type, await openAt(text))
    const value =
      answer && typeof answer.contents === 'object' && 'value' in answer.contents ? answer.contents.value : undefined
    if (wanted) assert.match(value ?? '', wanted)
    else assert.equal(value, undefined)
  })
}

test('outline: keys as a tree, with what a server comes to', async () => {
  const answer = await editor.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri: await open(good) } })
  const [name, balancer, servers] = (answer ?? []) as {
    name: string
    detail?: string
    children?: { name: string; detail?: string }[]
  }[]
  assert.deepEqual([name?.name, name?.detail, balancer?.name, servers?.name], ['name', 'x', 'load_balancer', 'servers'])
  assert.deepEqual(
    servers?.children?.map(child => `${child.name}: ${child.detail}`),
    ['core-1: 2 workers, 10 calls'],
  )
})

test('quick fix: a mistyped key is renamed', async () => {
  const uri = await open(`${good}servcie: {}\n`)
  const { diagnostics } = await diagnosticsOf(uri)
  const actions = await editor.sendRequest(CodeActionRequest.type, {
    textDocument: { uri },
    range: { start: { line: 4, character: 2 }, end: { line: 4, character: 2 } },
    context: { diagnostics },
  })
  assert.deepEqual(
    (actions ?? []).map(({ title }) => title),
    ['Change to "service"'],
  )
})

test('positions that no text has, and files that are not open, are answered with nothing', async () => {
  const uri = await open(good)
  const nowhere = { textDocument: { uri }, position: { line: 9_999, character: 9_999 } }
  assert.equal(await editor.sendRequest(HoverRequest.type, nowhere), null)
  assert.ok(await editor.sendRequest(CompletionRequest.type, nowhere))
  assert.deepEqual(
    await editor.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri: 'file:///not/open/fleet.yaml' } }),
    [],
  )
})
