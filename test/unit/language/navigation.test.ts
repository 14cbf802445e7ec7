import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import {
  DefinitionRequest,
  DocumentHighlightRequest,
  type DocumentSymbol,
  DocumentSymbolRequest,
  FoldingRangeRequest,
  type Location,
  PrepareRenameRequest,
  type Range,
  ReferencesRequest,
  RenameRequest,
  type SelectionRange,
  SelectionRangeRequest,
  type SymbolInformation,
  SymbolKind,
} from 'vscode-languageserver-protocol/node'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { Editor, everything } from './editor'

let editor: Editor
before(async () => {
  editor = await Editor.start()
})
after(async () => assert.equal(await editor.stop(), 0))

const fleet = readFileSync('test/unit/language/fixtures/two-servers.fleet.yaml', 'utf8')
const at = (words: string) => fleet.replace(words, `${words}|`)
const told = ({ start, end }: Range) => `${start.line}:${start.character}-${end.line}:${end.character}`

const definition = '13:2-13:8'
const reference = '8:10-8:16'

for (const [name, marked] of [
  ['the reference', at('server: core')],
  ['the definition', at('\n  core').replace('\n  core|', '\n  co|re')],
] as const) {
  test(`from ${name} of a server to its definition, references and highlights`, async () => {
    const asked = await editor.openAt(marked)
    const locations = (await editor.connection.sendRequest(DefinitionRequest.type, asked)) as Location[]
    assert.deepEqual(
      locations.map(({ range }) => told(range)),
      [definition],
    )
    for (const [includeDeclaration, expected] of [
      [true, [reference, definition]],
      [false, [reference]],
    ] as const) {
      const found = await editor.connection.sendRequest(ReferencesRequest.type, {
        ...asked,
        context: { includeDeclaration },
      })
      assert.deepEqual(
        found?.map(({ range }) => told(range)),
        expected,
      )
    }
    const highlights = await editor.connection.sendRequest(DocumentHighlightRequest.type, asked)
    assert.deepEqual(
      highlights?.map(({ range, kind }) => [told(range), kind]),
      [
        [reference, 2],
        [definition, 3],
      ],
    )
  })
}

const renames: readonly (readonly [string, string, string, string])[] = [
  [
    'a server that has a host',
    'load_balancer: { server: a| }\nservers:\n  a: { host: h }\n  b:\n',
    'eu-1',
    'load_balancer: { server: eu-1 }\nservers:\n  eu-1: { host: h }\n  b:\n',
  ],
  [
    'a server whose name is its host, which it keeps',
    'load_balancer:\n  server: a\nservers:\n  a|:\n    cores: 4 # four\n  b:\n',
    'eu-1',
    'load_balancer:\n  server: eu-1\nservers:\n  eu-1:\n    cores: 4 # four\n    host: a\n  b:\n',
  ],
  [
    'a server without keys',
    'load_balancer: { server: a }\nservers:\n  |a:\n',
    'b',
    'load_balancer: { server: b }\nservers:\n  b:\n    host: a\n',
  ],
  ['a server in flow style', 'servers: { a|: {}, b: {} }', 'c', 'servers: { c: { host: a }, b: {} }'],
  [
    'a name in quotes',
    'load_balancer: { server: "a|" }\nservers: { "a": { host: h } }',
    'b',
    'load_balancer: { server: "b" }\nservers: { "b": { host: h } }',
  ],
  [
    'a name that is text only in quotes',
    'load_balancer: { server: a| }\nservers: { a: { host: h } }',
    '1',
    'load_balancer: { server: "1" }\nservers: { "1": { host: h } }',
  ],
  [
    'a server that others are reached through',
    'ssh: { proxy_jump: "bastion,a" }\nload_balancer: { server: b }\nservers:\n  a: { host: h }\n  b:\n    ssh:\n      proxy_jump: a|\n',
    'eu-1',
    'ssh: { proxy_jump: "bastion,eu-1" }\nload_balancer: { server: b }\nservers:\n  eu-1: { host: h }\n  b:\n    ssh:\n      proxy_jump: eu-1\n',
  ],
  [
    'a name amid others to one that alone needs quotes',
    'ssh: { proxy_jump: "a,bastion" }\nservers:\n  |a: { host: h, ssh: { proxy_jump: "bastion,x" } }\n  b: { host: g, ssh: { proxy_jump: a } }\n',
    '1',
    'ssh: { proxy_jump: "1,bastion" }\nservers:\n  "1": { host: h, ssh: { proxy_jump: "bastion,x" } }\n  b: { host: g, ssh: { proxy_jump: "1" } }\n',
  ],
  ['in CRLF text', 'servers:\r\n  a|:\r\n    cores: 4\r\n', 'b', 'servers:\r\n  b:\r\n    cores: 4\r\n    host: a\r\n'],
]

for (const [name, marked, newName, expected] of renames) {
  test(`renames ${name}`, async () => {
    const asked = await editor.openAt(marked)
    const edit = await editor.connection.sendRequest(RenameRequest.type, { ...asked, newName })
    const text = TextDocument.create('x', 'yaml', 1, marked.replace('|', ''))
    assert.equal(TextDocument.applyEdits(text, edit?.changes?.[asked.textDocument.uri] ?? []), expected)
  })
}

test('a name that no server has is not renamed', async () => {
  const asked = await editor.openAt('name: p\nload_balancer:\n  server: z|z\nservers:\n  a: { host: 10.0.0.1 }\n')
  assert.equal(await editor.connection.sendRequest(PrepareRenameRequest.type, asked), null)
  assert.equal(await editor.connection.sendRequest(RenameRequest.type, { ...asked, newName: 'web' }), null)
})

test('a rename begins on the name of a server, and nowhere else', async () => {
  const prepared = await editor.connection.sendRequest(
    PrepareRenameRequest.type,
    await editor.openAt(at('server: core')),
  )
  assert.deepEqual(prepared, {
    range: { start: { line: 8, character: 10 }, end: { line: 8, character: 16 } },
    placeholder: 'core-1',
  })
  for (const words of ['name: prod', 'ser', 'host: 203']) {
    assert.equal(await editor.connection.sendRequest(PrepareRenameRequest.type, await editor.openAt(at(words))), null)
  }
})

for (const [newName, reason] of [
  ['core-2', /Server "core-2" already exists/],
  ['a b', /"a b" cannot be a server's name/],
  ['', /cannot be a server's name/],
  ['x'.repeat(64), /63 at most/],
] as const) {
  test(`a rename to ${JSON.stringify(newName)} is refused with the reason`, async () => {
    const asked = await editor.openAt(at('server: core'))
    await assert.rejects(editor.connection.sendRequest(RenameRequest.type, { ...asked, newName }), reason)
  })
}

test('the outline has kinds and details', async () => {
  const answer = (await editor.connection.sendRequest(DocumentSymbolRequest.type, {
    textDocument: { uri: await editor.open(fleet) },
  })) as DocumentSymbol[]
  const tree = (symbols: readonly DocumentSymbol[], depth = 0): string[] =>
    symbols.flatMap(({ name, detail, kind, children = [] }) => [
      `${'  '.repeat(depth)}${name}${detail === undefined ? '' : ` = ${detail}`} (${kindNames.get(kind)})`,
      ...tree(children, depth + 1),
    ])
  assert.deepEqual(tree(answer), [
    'name = production (String)',
    'service (Module)',
    '  port = 8000 (Number)',
    '  max_concurrent_calls = 5 (Number)',
    'ssh (Module)',
    '  user = deploy (String)',
    'load_balancer (Module)',
    '  server = core-1 (String)',
    '  public_url = https://fleet.example.com (String)',
    '  max_conns = 5 (Number)',
    '  zone = 64k (String)',
    'servers = 7 workers, 29 calls (Module)',
    '  core-1 = 4 workers, 20 calls (Class)',
    '    host = 203.0.113.10 (String)',
    '    address = 127.0.0.1 (String)',
    '    cores = 4 (Number)',
    '    workers = 4 (Number)',
    '  core-2 = 3 workers, 9 calls (Class)',
    '    address = 10.0.0.2 (String)',
    '    max_concurrent_calls = 3 (Number)',
    '    workers = 3 items (Array)',
    '    ssh (Object)',
    '      port = 2222 (Number)',
    '    worker_options (Object)',
    '      4 (Object)',
    'rollout (Module)',
    '  batch = 2 (Number)',
  ])
  const contains = ({ range, selectionRange }: DocumentSymbol) =>
    range.start.line <= selectionRange.start.line && range.end.line >= selectionRange.end.line
  assert.ok(answer.every(contains))
})

test('the outline names a merge as it is written', async () => {
  const uri = await editor.open('servers:\n  a: &a { cores: 4 }\n  b: { <<: *a }\n')
  const answer = await editor.connection.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri } })
  const [, b] = (answer as DocumentSymbol[])[0]?.children ?? []
  assert.deepEqual(
    b?.children?.map(({ name }) => name),
    ['<<'],
  )
})

test('the outline repeats no secret', async () => {
  const uri = await editor.open('servers: {}\nvoxbridge: { token: hunter2secret, password: 1234 }\n')
  const answer = await editor.connection.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri } })
  assert.deepEqual(
    (answer as DocumentSymbol[])[1]?.children?.map(({ detail }) => detail),
    ['(a secret)', '(a secret)'],
  )
})

const kindNames = new Map(Object.entries(SymbolKind).map(([name, kind]) => [kind, name]))

test('the outline is a list for a client that shows no trees', async () => {
  const plain = await Editor.start({
    capabilities: { textDocument: { ...everything.textDocument, documentSymbol: {} } },
  })
  try {
    const uri = await plain.open('name: x\nservers:\n  a: { cores: 1 }\n')
    const answer = (await plain.connection.sendRequest(DocumentSymbolRequest.type, {
      textDocument: { uri },
    })) as SymbolInformation[]
    assert.deepEqual(
      answer.map(({ name, containerName, location }) => [name, containerName, told(location.range)]),
      [
        ['name', undefined, '0:0-0:7'],
        ['servers', undefined, '1:0-3:0'],
        ['a', 'servers', '2:2-2:17'],
        ['cores', 'a', '2:7-2:15'],
      ],
    )
  } finally {
    await plain.stop()
  }
})

const folded: readonly (readonly [string, string, readonly string[]])[] = [
  ['keys with what is below them', 'servers:\n  a:\n    cores: 1\n\n  b: {}\n\n# end\nname: x\n', ['0-4', '1-2']],
  [
    'lists as far left as their key',
    'firewall:\n  allow_from:\n  - 10.0.0.1\n  - 10.0.0.2\nservers: {}\n',
    ['0-3', '1-3'],
  ],
  ['brackets over lines', 'servers: {\n  a: {},\n}\nname: x\n', ['0-1']],
  ['comments of several lines', '# one\n# two\n# three\nservers: {}\n# four\n', ['0-2 comment']],
  ['regions', '# region east\nservers:\n  a:\n# endregion\n', ['1-2', '0-3 region']],
  ['broken text', 'servers:\n  a: [\n    1\n  b:\n    cores: "\n', ['0-4', '1-2', '3-4']],
  ['nothing', '', []],
]

for (const [name, text, expected] of folded) {
  test(`folds ${name}`, async () => {
    const ranges = await editor.connection.sendRequest(FoldingRangeRequest.type, {
      textDocument: { uri: await editor.open(text) },
    })
    assert.deepEqual(
      (ranges ?? [])
        .map(({ startLine, endLine, kind }) => `${startLine}-${endLine}${kind ? ` ${kind}` : ''}`)
        .toSorted(),
      [...expected].toSorted(),
    )
  })
}

test('a selection grows from the value to the file', async () => {
  const { textDocument, position } = await editor.openAt('name: x\nservers:\n  a: { cores: 1|2, workers: 4 }\n  b:\n')
  const answer = await editor.connection.sendRequest(SelectionRangeRequest.type, {
    textDocument,
    positions: [position],
  })
  const steps = (range: SelectionRange | undefined): string[] =>
    range ? [told(range.range), ...steps(range.parent)] : []
  assert.deepEqual(steps(answer?.[0]), [
    '2:15-2:15',
    '2:14-2:16',
    '2:7-2:16',
    '2:5-2:30',
    '2:2-2:30',
    '2:2-3:4',
    '1:0-3:4',
    '0:0-3:4',
    '0:0-4:0',
  ])
})
