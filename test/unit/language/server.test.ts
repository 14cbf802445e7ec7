import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import {
  CompletionRequest,
  DidChangeTextDocumentNotification,
  DocumentSymbolRequest,
  ErrorCodes,
  FoldingRangeRequest,
  HoverRequest,
  LSPErrorCodes,
  type Position,
  ResponseError,
  SelectionRangeRequest,
  ShutdownRequest,
} from 'vscode-languageserver-protocol/node'
import { findingCodes } from '../../../src/fleet/finding'
import { Editor } from './editor'

let editor: Editor
before(async () => {
  editor = await Editor.start()
})
after(async () => assert.equal(await editor.stop(), 0, 'the server lived to its end'))

const good = 'name: x\nload_balancer: { server: core-1 }\nservers:\n  core-1: { workers: 2 }\n'

const diagnosed: readonly (readonly [string, string, readonly string[]])[] = [
  ['a good file', good, []],
  ['an empty file', '', []],
  ['a key that does not exist', `${good}servcie: {}\n`, ['4:0-4:7 error unknown-key']],
  [
    'text after characters of two code units',
    `# \u{1F600}\r\n${good.replaceAll('\n', '\r\n')}x\u{1F600}: 1\r\n`,
    ['5:0-5:3 error unknown-key'],
  ],
  ['CRLF', good.replace('core-1 }', 'core-9 }').replaceAll('\n', '\r\n'), ['1:25-1:31 error unknown-server']],
  ['a byte order mark', `\uFEFF${good.replace('core-1 }', 'core-9 }')}`, ['1:25-1:31 error unknown-server']],
  ['a byte order mark before what is wrong', `\uFEFFnaem: x\n${good}`, ['0:1-0:5 error unknown-key']],
  [
    'several things, in the order of the text',
    `${good.replace('2 }', 'two }')}servcie: {}\n`,
    ['3:21-3:24 error wrong-type', '4:0-4:7 error unknown-key'],
  ],
  ['a warning', `${good}service: { max_concurrent_calls: 9 }\n`, ['4:33-4:34 warning worker-over-core']],
  [
    'what is silenced',
    `${good}# fleet-ops-disable-next-line worker-over-core\nservice: { max_concurrent_calls: 9 }\n`,
    [],
  ],
  [
    'broken text',
    'servers: [\n',
    [
      '0:0-0:10 error missing-key',
      '0:0-0:10 error missing-key',
      '0:9-0:10 error yaml-syntax',
      '0:9-1:0 error wrong-type',
    ],
  ],
]

const severities = ['', 'error', 'warning', 'information']

for (const [name, text, expected] of diagnosed) {
  test(`diagnostics of ${name}`, async () => {
    const { diagnostics } = await editor.diagnosticsOf(await editor.open(text))
    assert.deepEqual(
      diagnostics.map(
        ({ range: { start, end }, code, severity = 0 }) =>
          `${start.line}:${start.character}-${end.line}:${end.character} ${severities[severity]} ${code}`,
      ),
      expected,
    )
  })
}

test('a finding about two places names the other one', async () => {
  const text = `${good}  core-2: { host: core-1, workers: 1 }\n`
  const uri = await editor.open(text)
  const { diagnostics } = await editor.diagnosticsOf(uri)
  const [{ relatedInformation, source } = {}] = diagnostics
  assert.equal(source, 'fleet-ops')
  assert.deepEqual(
    relatedInformation?.map(({ location }) => [location.uri, location.range.start.line]),
    [[uri, 3]],
  )
})

test('every finding links to its part of the page that describes them', async () => {
  const page = `${editor.folder}/docs/findings.md`
  const { diagnostics } = await editor.diagnosticsOf(await editor.open(`${good}servcie: {}\n`))
  assert.equal(diagnostics[0]?.codeDescription?.href, `${pathToFileURL(page).href}#unknown-key`)
  const headings = [...readFileSync(page, 'utf8').matchAll(/^## (\S+)$/gm)].map(([, heading]) => heading)
  assert.deepEqual(headings.toSorted(), [...findingCodes].toSorted())
})

test("another tool's file gets nothing: no diagnostics, no answers", async () => {
  const rancher = 'namespace: x\nhelm:\n  chart: ./chart\ntargetCustomizations: []\n'
  const uri = await editor.open(rancher)
  const inBraces = await editor.open('{"defaultNamespace": "x", "helm": {"values": {"servers": 3}}}\n')
  const other = await editor.open(good, 'deployment.yaml')
  for (const textDocument of [{ uri }, { uri: inBraces }, { uri: other }]) {
    const position = { line: 0, character: 1 }
    assert.equal(await editor.connection.sendRequest(HoverRequest.type, { textDocument, position }), null)
    assert.equal(await editor.connection.sendRequest(DocumentSymbolRequest.type, { textDocument }), null)
    assert.equal(await editor.connection.sendRequest(CompletionRequest.type, { textDocument, position }), null)
  }
  assert.deepEqual(
    editor.published.filter(params => [uri, inBraces, other].includes(params.uri)),
    [],
  )
})

test('a file that stops being ours is cleared, and so is one that is closed', async () => {
  const uri = await editor.open(`${good}servcie: {}\n`)
  assert.equal((await editor.diagnosticsOf(uri)).diagnostics.length, 1)
  await editor.change(uri, 2, 'helm: {}\n')
  await editor.connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position: { line: 0, character: 0 } })
  assert.deepEqual(editor.published.findLast(params => params.uri === uri)?.diagnostics, [])
  await editor.change(uri, 3, `${good}servcie: {}\n`)
  assert.equal((await editor.diagnosticsOf(uri, 3)).diagnostics.length, 1)
  await editor.close(uri)
  await editor.connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position: { line: 0, character: 0 } })
  assert.deepEqual(editor.published.findLast(params => params.uri === uri)?.diagnostics, [])
})

test('a text without a file is served by the language that was chosen for it', async () => {
  const uri = 'untitled:Untitled-1'
  await editor.openAs(uri, 'naem: x\n')
  assert.ok((await editor.diagnosticsOf(uri)).diagnostics.some(({ code }) => code === 'unknown-key'))
})

const bigFleet = (servers: number) =>
  `name: big\nload_balancer: { server: s-0 }\nservers:\n${Array.from(
    { length: servers },
    (_, index) => `  s-${index}:\n    host: 10.${index >> 8}.${index & 255}.1\n    cores: 4\n    workers: 4\n`,
  ).join('')}`

test('of a storm of changes to a big file only the newest is checked', async () => {
  const uri = await editor.open(bigFleet(1000))
  await editor.diagnosticsOf(uri)
  const start = { line: 0, character: 6 }
  for (let version = 2; version <= 201; version++) {
    const text = version === 201 ? '+' : 'x'
    await editor.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version },
      contentChanges: [{ range: { start, end: start }, text }],
    })
  }
  const { diagnostics, version } = await editor.diagnosticsOf(uri, 201)
  assert.equal(version, 201)
  assert.deepEqual(
    diagnostics.map(({ code }) => code),
    ['invalid-value'],
  )
  const answered = editor.published.filter(params => params.uri === uri).map(params => params.version)
  assert.ok(answered.length <= 8, `versions ${answered.join(', ')} were checked`)
})

test('a question that the next keystroke makes void is not worked on', async () => {
  const uri = await editor.open(good)
  const asked = editor.connection.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri } })
  await editor.change(uri, 2, `${good}# more\n`)
  await assert.rejects(asked, error => error instanceof ResponseError && error.code === LSPErrorCodes.ContentModified)
})

const nowhere: readonly Position[] = [
  { line: 9_999, character: 9_999 },
  { line: -1, character: -1 },
  { line: 0, character: 1.5 },
  { line: 2 ** 40, character: 0 },
]

test('positions that no text has, and documents that nobody opened, are no trouble', async () => {
  const textDocument = { uri: await editor.open(good) }
  for (const position of nowhere) {
    await editor.connection.sendRequest(HoverRequest.type, { textDocument, position })
    await editor.connection.sendRequest(CompletionRequest.type, { textDocument, position })
    await editor.connection.sendRequest(SelectionRangeRequest.type, { textDocument, positions: [position] })
  }
  for (const uri of ['file:///not/open/fleet.yaml', 'file:///%E0%A4%A/fleet.yaml', '']) {
    const answer = await editor.connection.sendRequest(FoldingRangeRequest.type, { textDocument: { uri } })
    assert.equal(answer, null)
  }
})

const malformed: readonly (readonly [method: string, asked: object, part: string])[] = [
  ['hover', {}, 'textDocument'],
  ['hover', { textDocument: null }, 'textDocument'],
  ['hover', { position: 'here' }, 'position'],
  ['rename', { newName: 'b' }, 'position'],
  ['rename', { position: { line: 0, character: 0 } }, 'newName'],
  ['codeAction', { range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } } }, 'context'],
  ['codeAction', { range: { start: { line: 0, character: 0 } }, context: {} }, 'range'],
  ['selectionRange', { positions: [{ line: 0 }] }, 'positions'],
  ['formatting', {}, 'options'],
]

for (const [method, asked, part] of malformed)
  test(`a question of ${method} without its ${part} is refused, and nothing is logged: ${JSON.stringify(asked)}`, async () => {
    const textDocument = part === 'textDocument' ? {} : { textDocument: { uri: await editor.open(good) } }
    const logged = editor.errors.length
    await assert.rejects(
      editor.connection.sendRequest(`textDocument/${method}`, { ...textDocument, ...asked }),
      error =>
        error instanceof ResponseError &&
        error.code === ErrorCodes.InvalidParams &&
        error.message.includes(`"${part}"`),
    )
    assert.equal(editor.errors.length, logged)
  })

test('nothing is answered after shutdown', async () => {
  const other = await Editor.start()
  const textDocument = { uri: await other.open(good) }
  await other.connection.sendRequest(ShutdownRequest.type)
  await assert.rejects(
    other.connection.sendRequest(DocumentSymbolRequest.type, { textDocument }),
    error => error instanceof ResponseError && error.code === ErrorCodes.InvalidRequest,
  )
  assert.equal(await other.stop(), 0)
})

test('nothing is answered before initialize', async () => {
  const other = await Editor.start({ initialize: false })
  await assert.rejects(
    other.connection.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri: 'file:///fleet.yaml' } }),
    error => error instanceof ResponseError && error.code === ErrorCodes.ServerNotInitialized,
  )
  await other.initialize()
  assert.deepEqual((await other.diagnosticsOf(await other.open(good))).diagnostics, [])
  assert.equal(await other.stop(), 0)
})

test('messages that are malformed are refused or logged, and the next one is answered', async () => {
  const uri = await editor.open(good)
  await editor.connection.sendNotification('textDocument/didChange', {
    textDocument: { uri, version: 2 },
    contentChanges: 7,
  })
  await assert.rejects(editor.connection.sendRequest('fleetOps/unheardOf', {}))
  const answer = await editor.connection.sendRequest(HoverRequest.type, {
    textDocument: { uri: await editor.open(good) },
    position: { line: 0, character: 1 },
  })
  assert.ok(answer)
})

test('what is offered is only what the client supports', async () => {
  assert.deepEqual(Object.keys(editor.initialized.capabilities).toSorted(), [
    'codeActionProvider',
    'codeLensProvider',
    'completionProvider',
    'definitionProvider',
    'documentFormattingProvider',
    'documentHighlightProvider',
    'documentLinkProvider',
    'documentOnTypeFormattingProvider',
    'documentSymbolProvider',
    'foldingRangeProvider',
    'hoverProvider',
    'inlayHintProvider',
    'referencesProvider',
    'renameProvider',
    'selectionRangeProvider',
    'textDocumentSync',
  ])
  const bare = await Editor.start({ capabilities: {}, initializationOptions: {} })
  try {
    assert.deepEqual(bare.initialized.capabilities, { textDocumentSync: 2 })
    const uri = await bare.open(`${good}  core-2: { host: core-1 }\n`)
    const [diagnostic] = (await bare.diagnosticsOf(uri)).diagnostics
    assert.deepEqual(Object.keys(diagnostic ?? {}).toSorted(), ['code', 'message', 'range', 'severity', 'source'])
  } finally {
    await bare.stop()
  }
})

test('over the channel of Node processes too', async () => {
  const other = await Editor.start({ transport: '--node-ipc' })
  try {
    assert.deepEqual((await other.diagnosticsOf(await other.open(good))).diagnostics, [])
  } finally {
    assert.equal(await other.stop(), 0)
  }
})
