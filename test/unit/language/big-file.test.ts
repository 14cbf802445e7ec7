import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CodeActionRequest,
  CompletionRequest,
  DocumentFormattingRequest,
  DocumentSymbolRequest,
  FoldingRangeRequest,
  HoverRequest,
  InlayHintRequest,
} from 'vscode-languageserver-protocol/node'
import { Editor } from './editor'

let editor: Editor
before(async () => {
  editor = await Editor.start()
})
after(async () => assert.equal(await editor.stop(), 0))

const servers = 1000
const text = `name: big\nload_balancer: { server: s-0 }\nservers:\n${Array.from(
  { length: servers },
  (_, index) =>
    `  s-${index}:\n    # rack ${index % 40}\n    host: 10.${index >> 8}.${index & 255}.1\n    cores: 4\n    workers: 4\n    max_concurrent_calls: 6\n    ssh:\n      user: deploy\n`,
).join('')}`
const lines = text.split('\n').length
const whole = { start: { line: 0, character: 0 }, end: { line: lines, character: 0 } }
const position = { line: lines - 4, character: 6 }

/** Generous, since test machines are busy: each takes tens of milliseconds on an idle one. What grows with the square takes longer. */
const most = 8_000

const questions: readonly (readonly [string, (uri: string) => Promise<unknown>])[] = [
  ['hover', uri => editor.connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position })],
  ['completion', uri => editor.connection.sendRequest(CompletionRequest.type, { textDocument: { uri }, position })],
  ['outline', uri => editor.connection.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri } })],
  ['folding', uri => editor.connection.sendRequest(FoldingRangeRequest.type, { textDocument: { uri } })],
  ['hints', uri => editor.connection.sendRequest(InlayHintRequest.type, { textDocument: { uri }, range: whole })],
  [
    'quick fixes of every finding',
    uri =>
      editor.connection.sendRequest(CodeActionRequest.type, {
        textDocument: { uri },
        range: whole,
        context: { diagnostics: [] },
      }),
  ],
  [
    'formatting',
    uri =>
      editor.connection.sendRequest(DocumentFormattingRequest.type, {
        textDocument: { uri },
        options: { tabSize: 2, insertSpaces: true },
      }),
  ],
]

for (const [name, ask] of questions) {
  test(`${name} of ${servers} servers comes soon`, async t => {
    const uri = await editor.open(text)
    await editor.diagnosticsOf(uri)
    const began = performance.now()
    assert.ok(await ask(uri))
    const took = performance.now() - began
    t.diagnostic(`${took.toFixed(0)} ms`)
    assert.ok(took < most, `${took} ms`)
  })
}
