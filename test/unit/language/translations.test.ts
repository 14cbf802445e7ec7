import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import {
  CodeActionKind,
  CodeActionRequest,
  CodeLensRequest,
  CompletionRequest,
  DocumentLinkRequest,
  DocumentSymbolRequest,
  HoverRequest,
  InlayHintRequest,
  type MarkupContent,
  RenameRequest,
} from 'vscode-languageserver-protocol/node'
import { pseudoTranslation, untranslated } from '../pseudo-translation'
import { Editor } from './editor'

const folder = mkdtempSync(`${tmpdir()}/fleet-translation-`)
const bundle = `${folder}/bundle.l10n.qps-ploc.json`
let editor: Editor
before(async () => {
  writeFileSync(bundle, JSON.stringify(pseudoTranslation()))
  editor = await Editor.start({
    home: folder,
    initializationOptions: { commands: true, translations: pathToFileURL(bundle).href },
  })
})
after(async () => {
  assert.equal(await editor.stop(), 0)
  assert.deepEqual(editor.errors, [])
  rmSync(folder, { recursive: true })
})

const good = 'test/unit/fleet/fixtures/good'
const bad = 'test/unit/fleet/fixtures/bad'
const filesIn = (of: string) => readdirSync(of).filter(name => name.endsWith('.yaml'))
const everywhere = { start: { line: 0, character: 0 }, end: { line: 9999, character: 0 } }

/** The texts in which something is said that no translation changes. */
const inEnglish = (texts: readonly (string | undefined)[]) =>
  [...new Set(texts)].filter(text => text !== undefined && untranslated(text) !== '')

for (const name of filesIn(bad)) {
  test(`${name}: every finding, what it relates to and every quick fix is translated`, async () => {
    const uri = await editor.open(readFileSync(`${bad}/${name}`, 'utf8'))
    const { diagnostics } = await editor.diagnosticsOf(uri)
    assert.ok(diagnostics.length > 0)
    const actions = await editor.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri },
      range: everywhere,
      context: { diagnostics, only: [CodeActionKind.QuickFix, CodeActionKind.SourceFixAll] },
    })
    const texts = [
      // What the YAML parser says itself follows in parentheses.
      ...diagnostics.map(({ message }) => String(message).replace(/ \(Map keys must be unique\)$/, '')),
      ...diagnostics.flatMap(({ relatedInformation = [] }) => relatedInformation.map(({ message }) => message)),
      ...(actions ?? []).map(({ title }) => title),
    ]
    assert.deepEqual(inEnglish(texts), [])
  })
}

for (const name of filesIn(good)) {
  test(`${name}: every hover, hint, lens, link and word of the outline is translated`, async () => {
    const text = readFileSync(`${good}/${name}`, 'utf8')
    const uri = await editor.open(text)
    const textDocument = { uri }
    const keys = [...text.matchAll(/^ *([a-z_-][\w-]*):/gm)].map(({ index, 0: found }) => ({
      line: text.slice(0, index).split('\n').length - 1,
      character: found.length - 2,
    }))
    const hovers = await Promise.all(
      keys.map(position => editor.connection.sendRequest(HoverRequest.type, { textDocument, position })),
    )
    const said = hovers.flatMap(hover => (hover ? [(hover.contents as MarkupContent).value] : []))
    assert.ok(said.length > 3)
    const [hints, lenses, links] = await Promise.all([
      editor.connection.sendRequest(InlayHintRequest.type, { textDocument, range: everywhere }),
      editor.connection.sendRequest(CodeLensRequest.type, { textDocument }),
      editor.connection.sendRequest(DocumentLinkRequest.type, { textDocument }),
    ])
    const texts = [
      // The key itself, and the keys of a map, stay what they are.
      ...said.map(markdown => markdown.replace(/\*\*.*?\*\*|^- \w+:/gm, '')),
      ...(hints ?? []).flatMap(({ label, tooltip }) => [
        String(label).replaceAll(/[\w/]+\.sock/g, ''),
        String(tooltip ?? ''),
      ]),
      ...(lenses ?? []).map(({ command }) => command?.title),
      ...(links ?? []).map(({ tooltip }) => tooltip),
    ]
    assert.deepEqual(inEnglish(texts), [])
  })
}

const half = 'name: x\nload_balancer:\n  server: a\nservers:\n  a: { workers: 2 }\n'

/** Cursors, each where something else is suggested. */
const suggested = {
  'a whole file': '|',
  'keys of the file': `${half}|`,
  'keys of a map': `${half}rollout:\n  |`,
  servers: `${half}  |`,
  'the options of a worker': `${half}  b:\n    workers: 2\n    worker_options:\n      |`,
  'a server': half.replace('server: a', 'server: |'),
  'an address': half.replace('{ workers', '{ address: |, workers'),
  'one of several': `${half}firewall: { tool: | }\n`,
  'true or false': `${half.replace('workers: 2', 'workers: 2, worker_options: { 1: { down: | } }')}`,
  'a time': `${half}rollout:\n  pause: 5|\n`,
  'a share': `${half}rollout:\n  batch: 5|\n`,
  memory: half.replace('workers: 2', 'memory: 8|'),
}

for (const [what, marked] of Object.entries(suggested)) {
  test(`completion of ${what}: all that is said of it is translated`, async () => {
    const answer = await editor.connection.sendRequest(CompletionRequest.type, await editor.openAt(marked))
    const items = Array.isArray(answer) ? answer : (answer?.items ?? [])
    assert.ok(items.length > 0)
    const texts = items.flatMap(({ detail, documentation }) => [
      detail,
      (documentation as MarkupContent | undefined)?.value,
    ])
    assert.deepEqual(inEnglish(texts), [])
  })
}

test('the outline counts in the language, and a refused rename says why in it', async () => {
  const uri = await editor.open(half)
  const symbols = await editor.connection.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri } })
  const servers = symbols?.find(({ name }) => name === 'servers')
  assert.deepEqual(servers && 'detail' in servers && servers.detail, '⟦2 workers⟧, ⟦10 calls⟧')
  const rename = { textDocument: { uri }, position: { line: 4, character: 2 } }
  await assert.rejects(
    editor.connection.sendRequest(RenameRequest.type, { ...rename, newName: 'not a name' }),
    (error: Error) => untranslated(error.message) === '',
  )
})

test('translations that cannot be read leave everything in English, and the log says so', async () => {
  const other = await Editor.start({
    initializationOptions: { translations: pathToFileURL(`${folder}/none.json`).href },
  })
  try {
    const { diagnostics } = await other.diagnosticsOf(await other.open('servers: {}\n'))
    assert.match(String(diagnostics[0]?.message), /^This fleet has no "name"/)
    assert.match(other.errors[0] ?? '', /none\.json cannot be read, so everything is said in English/)
  } finally {
    await other.stop()
  }
})
