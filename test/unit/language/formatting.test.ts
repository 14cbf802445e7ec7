import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { DocumentFormattingRequest, DocumentOnTypeFormattingRequest } from 'vscode-languageserver-protocol/node'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { CST, Lexer } from 'yaml'
import { parseFleetDocument } from '../../../src/fleet/document'
import { applyTextEdits } from '../../../src/fleet/text'
import { format } from '../../../src/language/format/format'
import { cursorIn, Editor } from './editor'

let editor: Editor
before(async () => {
  editor = await Editor.start()
})
after(async () => assert.equal(await editor.stop(), 0))

const formatted = (text: string) => applyTextEdits(text, format(parseFleetDocument(text), 2))

const folder = 'test/unit/language/fixtures/formatting'

for (const file of readdirSync(folder).filter(name => name.endsWith('.in.yaml'))) {
  test(`formats ${file} as ${file.replace('.in.', '.out.')} has it`, async () => {
    const text = readFileSync(`${folder}/${file}`, 'utf8')
    const uri = await editor.open(text)
    const edits = await editor.connection.sendRequest(DocumentFormattingRequest.type, {
      textDocument: { uri },
      options: { tabSize: 2, insertSpaces: true },
    })
    const result = TextDocument.applyEdits(TextDocument.create(uri, 'fleet-yaml', 1, text), edits ?? [])
    assert.equal(result, readFileSync(`${folder}/${file.replace('.in.', '.out.')}`, 'utf8'))
    assert.equal(formatted(result), result, 'formatting twice changes nothing more')
  })
}

const layouts: readonly (readonly [string, string, string])[] = [
  ['spaces at line ends', 'name: x  \n \nservers: {}\t\n', 'name: x\n\nservers: {}\n'],
  ['a missing line end', 'name: x\nservers: {}', 'name: x\nservers: {}\n'],
  ['blank lines', '\n\nname: x\n\n\n\nservers: {}\n\n\n', 'name: x\n\nservers: {}\n'],
  ['spaces around colons', 'name :   x\nservers:   {}\n', 'name: x\nservers: {}\n'],
  [
    'flow style',
    'servers: {a: {cores: 1,workers:   [ 1,2 ]} , b: { }}\n',
    'servers: { a: { cores: 1, workers: [1, 2] }, b: {} }\n',
  ],
  [
    'levels',
    'servers:\n      a:\n         cores: 1\n      b:\n       cores: 2\n',
    'servers:\n  a:\n    cores: 1\n  b:\n    cores: 2\n',
  ],
  ['lists', 'servers:\n a:\n  workers:\n  - 1\n  -   2\n', 'servers:\n  a:\n    workers:\n      - 1\n      - 2\n'],
  [
    'brackets over lines',
    'servers: {\n a: {\n cores: 1 },\n      b: {}\n}\n',
    'servers: {\n  a: {\n    cores: 1 },\n  b: {}\n}\n',
  ],
  [
    'comments, with the key that they stand in line with',
    'servers:\n    # first\n    a:\n        cores: 1\n        # last of a\n    # second\n    b: {}\n# end\n',
    'servers:\n  # first\n  a:\n    cores: 1\n    # last of a\n  # second\n  b: {}\n# end\n',
  ],
  [
    'comments behind values, which stay aligned',
    'servers:\n  a:   # x\n    cores: 1     # y\n',
    'servers:\n  a:   # x\n    cores: 1     # y\n',
  ],
  ['CRLF', 'name:  x \r\n\r\n\r\nservers: {}', 'name: x\r\n\r\nservers: {}\r\n'],
  ['a byte order mark', '\uFEFFname:  x\nservers: {}\n', '\uFEFFname: x\nservers: {}\n'],
  [
    'a block scalar, left as it is',
    'servers: {}\nname: |\n   x  \n\n\n   y\n\n\nssh:   {}\n',
    'servers: {}\nname: |\n   x  \n\n\n   y\n\n\nssh: {}\n',
  ],
  ['an alias as a key', 'servers: &s {}\n*s : 1\n', 'servers: &s {}\n*s : 1\n'],
  ['broken text, left as it is', 'servers: [  \nname:   x\n', 'servers: [  \nname:   x\n'],
  ['an empty text', '', ''],
  ['nothing but blank lines', '\n\n  \n', ''],
  ['nothing but a comment', '  # x', '# x\n'],
]

for (const [name, text, expected] of layouts) {
  test(`formats ${name}`, () => {
    assert.equal(formatted(text), expected)
    assert.equal(formatted(expected), expected)
  })
}

test('whatever the text, formatting changes neither its meaning nor its comments, and a second time nothing', () => {
  const files = readdirSync('test', { recursive: true, encoding: 'utf8' }).filter(name =>
    /fleet\.ya?ml$|\.in\.yaml$/.test(name),
  )
  assert.ok(files.length > 3)
  const texts = files.map(name => readFileSync(`test/${name}`, 'utf8'))
  const piece = fc.constantFrom(
    ' ',
    '  ',
    '\n',
    '\n\n',
    '\t',
    '# x\n',
    ' # y',
    '- ',
    'a: ',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    "'",
    '|\n',
    '\r\n',
    '&a ',
    '*a',
    'é🚀',
    '---\n',
  )
  fc.assert(
    fc.property(
      fc.constantFrom(...texts),
      fc.array(fc.tuple(fc.nat(), piece, fc.nat(3)), { maxLength: 4 }),
      (base, changes) => {
        const text = changes.reduce((changed, [at, inserted, removed]) => {
          const offset = at % (changed.length + 1)
          return changed.slice(0, offset) + inserted + changed.slice(offset + removed)
        }, base)
        const once = formatted(text)
        assert.deepEqual(parseFleetDocument(once).value, parseFleetDocument(text).value)
        // By YAML's own tokens: in `{ so# x}` there is no comment.
        const comments = (all: string) => [...new Lexer().lex(all)].filter(token => CST.tokenType(token) === 'comment')
        assert.deepEqual(comments(once), comments(text))
        assert.equal(formatted(once), once)
      },
    ),
    { numRuns: 400 },
  )
})

const typed: readonly (readonly [string, string, string])[] = [
  ['below a key that holds keys', 'servers:\n|\n', 'servers:\n  \n'],
  ['below a server', 'servers:\n  a:\n|\n', 'servers:\n  a:\n    \n'],
  ['below a value', 'servers:\n  a:\n    cores: 4\n|\n', 'servers:\n  a:\n    cores: 4\n    \n'],
  ['before something', 'servers:\n|  a: {}\n', 'servers:\n  a: {}\n'],
  ['inside of brackets', 'servers: {\n|\n', 'servers: {\n\n'],
  ['at the beginning', '|\nservers: {}\n', '\nservers: {}\n'],
]

for (const [name, marked, expected] of typed) {
  test(`indents a new line ${name}`, async () => {
    const { text, position } = cursorIn(marked)
    const uri = await editor.open(text)
    const edits = await editor.connection.sendRequest(DocumentOnTypeFormattingRequest.type, {
      textDocument: { uri },
      position,
      ch: '\n',
      options: { tabSize: 2, insertSpaces: true },
    })
    assert.equal(TextDocument.applyEdits(TextDocument.create(uri, 'fleet-yaml', 1, text), edits ?? []), expected)
  })
}
