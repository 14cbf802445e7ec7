import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { LSPErrorCodes, type Position } from 'vscode-languageserver-protocol/node'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { Editor } from './editor'

let editor: Editor
before(async () => {
  editor = await Editor.start({ home: 'test/unit/language/fixtures/home' })
})
after(async () => assert.equal(await editor.stop(), 0, 'the server lived to its end'))

const folders = ['test/unit/fleet/fixtures/good', 'test/unit/fleet/fixtures/bad', 'test/unit/language/fixtures']
const texts = folders.flatMap(folder =>
  readdirSync(folder)
    .filter(name => name.endsWith('.yaml'))
    .map(name => readFileSync(`${folder}/${name}`, 'utf8')),
)

const options = { tabSize: 2, insertSpaces: true }

/** Everything that can be asked about a place in a text. */
const questions = (position: Position): readonly (readonly [string, object])[] => [
  ['textDocument/completion', { position }],
  ['textDocument/hover', { position }],
  ['textDocument/documentSymbol', {}],
  ['textDocument/foldingRange', {}],
  ['textDocument/selectionRange', { positions: [position] }],
  ['textDocument/definition', { position }],
  ['textDocument/references', { position, context: { includeDeclaration: true } }],
  ['textDocument/documentHighlight', { position }],
  ['textDocument/prepareRename', { position }],
  ['textDocument/rename', { position, newName: 'other-1' }],
  ['textDocument/documentLink', {}],
  ['textDocument/inlayHint', { range: { start: { line: 0, character: 0 }, end: position } }],
  ['textDocument/codeLens', {}],
  ['textDocument/codeAction', { range: { start: position, end: position }, context: { diagnostics: [] } }],
  [
    'textDocument/codeAction',
    { range: { start: position, end: position }, context: { diagnostics: [], only: ['source'] } },
  ],
  ['textDocument/formatting', { options }],
  ['textDocument/onTypeFormatting', { position, ch: '\n', options }],
]

/** Asks everything at a place, and checks that nothing went wrong inside of the server. */
async function askEverything(text: string, offset: number): Promise<void> {
  const uri = await editor.open(text)
  const position = TextDocument.create(uri, 'fleet-yaml', 1, text).positionAt(offset)
  const textDocument = { uri }
  for (const [method, asked] of questions(position)) {
    // A refusal that a person reads is an answer.
    await editor.connection
      .sendRequest(method, { textDocument, ...asked })
      .catch(({ code, message }) => assert.equal(code, LSPErrorCodes.RequestFailed, `${method}: ${message}`))
    assert.deepEqual(editor.errors, [], `${method} at ${offset} of ${JSON.stringify(text)}`)
  }
  await editor.close(uri)
}

const pieces = [
  '\t',
  '\r\n',
  '\r',
  '{',
  '}',
  '[',
  ']',
  ':',
  '- ',
  '&a ',
  '*a',
  '<<: *a',
  '"',
  "'",
  '#',
  '|',
  '\u{1F600}',
  '\0',
  '\uFEFF',
  '---\n',
  '? ',
  '<<<<<<< HEAD\n',
  '\n  core-7',
  '\u2028',
]

test('whatever the text, every question is answered', async () => {
  const change = fc.record({
    at: fc.nat(),
    remove: fc.nat(30),
    insert: fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 8 })),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...texts),
      fc.array(change, { maxLength: 4 }),
      fc.nat(),
      async (base, changes, at) => {
        const text = changes.reduce((changed, { at: place, remove, insert }) => {
          const offset = place % (changed.length + 1)
          return changed.slice(0, offset) + insert + changed.slice(offset + remove)
        }, base)
        await askEverything(text, at % (text.length + 1))
      },
    ),
    { numRuns: 150 },
  )
})

const bomb = `a: &a [${Array(9).fill('x').join(', ')}]\n${[...'bcdefghij']
  .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[index]}`).join(', ')}]`)
  .join('\n')}\nservers: *j\n`

const hard: readonly (readonly [string, string])[] = [
  ['a bomb of aliases', bomb],
  ['a hundred thousand brackets', `servers: ${'['.repeat(100_000)}`],
  [
    'a hundred thousand levels',
    `servers:\n${Array.from({ length: 3_000 }, (_, index) => `${' '.repeat(index)}a:\n`).join('')}`,
  ],
  ['a megabyte of one line', `servers: { a: { host: "${'x'.repeat(1_000_000)}" } }`],
  ['a megabyte of one key', `servers:\n  ${'x'.repeat(1_000_000)}`],
  ['a megabyte of spaces', `servers:\n${' '.repeat(1_000_000)}`],
  ['a megabyte of blank lines', `servers:\n${'\n'.repeat(1_000_000)}`],
  ['a megabyte of colons', `servers: ${':'.repeat(1_000_000)}`],
  ['a megabyte of quotes', `servers: ${'"'.repeat(1_000_000)}`],
  ['lone carriage returns', 'name: x\rservers: {}\rload_balancer: {}\r'],
  ['half a surrogate pair', 'servers: { "\uD83D": {} }'],
]

for (const [name, text] of hard) {
  test(`${name} is answered`, { timeout: 60_000 }, async () => {
    await askEverything(text, text.length)
    await askEverything(text, Math.floor(text.length / 2))
  })
}
