import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type CompletionItem, CompletionRequest, InsertReplaceEdit } from 'vscode-languageserver-protocol/node'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { parseDocument } from 'yaml'
import { Editor } from './editor'

let editor: Editor
before(async () => {
  editor = await Editor.start({ home: 'test/unit/language/fixtures/home' })
})
after(async () => assert.equal(await editor.stop(), 0))

async function complete(marked: string, name?: string): Promise<CompletionItem[]> {
  const answer = await editor.connection.sendRequest(CompletionRequest.type, await editor.openAt(marked, name))
  const items = Array.isArray(answer) ? answer : (answer?.items ?? [])
  return items.toSorted((a, b) => (a.sortText ?? a.label).localeCompare(b.sortText ?? b.label))
}

const labels = (items: readonly CompletionItem[]) => items.map(({ label }) => label)

/** What is offered, all of it and in order. */
const offered: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'an empty file: whole files, then required keys first',
    '|',
    [
      'fleet',
      'fleet on unix sockets',
      'name',
      'load_balancer',
      'servers',
      'service',
      'ssh',
      'rollout',
      'firewall',
      'voxbridge',
    ],
  ],
  [
    'the first letters of a file that nothing else is in',
    'nam|',
    [
      'fleet',
      'fleet on unix sockets',
      'name',
      'load_balancer',
      'servers',
      'service',
      'ssh',
      'rollout',
      'firewall',
      'voxbridge',
    ],
  ],
  ["another tool's file", 'helm: {}\nna|\n', []],
  [
    'keys that are there are left out, above and below',
    'name: x\n|\nservers: {}\nssh: {}\n',
    ['load_balancer', 'service', 'rollout', 'firewall', 'voxbridge'],
  ],
  [
    'a server',
    'servers:\n  core-1:\n    cores: 4\n    |\n    url: https://x.example\n',
    ['host', 'address', 'memory', 'workers', 'max_concurrent_calls', 'ssh', 'worker_options'],
  ],
  ['the next server', 'servers:\n  core-1:\n    cores: 4\n  |\n', ['core-2']],
  ['the next server by the names of the others', 'servers:\n  eu-07: {}\n  |\n', ['eu-08']],
  ['the first server', 'servers:\n  |\n', ['core-1']],
  [
    'half a key',
    'servers:\n  a:\n    host: x\n    wor|\n  b: {}\n',
    ['address', 'cores', 'memory', 'workers', 'max_concurrent_calls', 'url', 'ssh', 'worker_options'],
  ],
  [
    'flow style',
    'servers:\n  a: { cores: 4, | }\n',
    ['host', 'address', 'memory', 'workers', 'max_concurrent_calls', 'url', 'ssh', 'worker_options'],
  ],
  [
    'flow style with keys behind the cursor',
    'servers:\n  a: { host: x, |, url: y, ssh: { user: z }, cores: 1 }\n',
    ['address', 'memory', 'workers', 'max_concurrent_calls', 'worker_options'],
  ],
  [
    'flow style over lines',
    'rollout: {\n  drain: {\n    timeout: 1m,\n    |\n  },\n  ready: {}\n}\nservers: {}\n',
    ['on_timeout'],
  ],
  ['flow style that never closes', 'servers: {}\nrollout: { ready: { timeout: 1m, |\nname: x\n', ['checks']],
  [
    'a whole file in flow style',
    '{ name: x, servers: { a: { cores: 1, | } } }',
    ['host', 'address', 'memory', 'workers', 'max_concurrent_calls', 'url', 'ssh', 'worker_options'],
  ],
  [
    'behind a bracket that never closes',
    'load_balancer: [\nservers:\n  a:\n    host: x\n    |',
    ['address', 'cores', 'memory', 'workers', 'max_concurrent_calls', 'url', 'ssh', 'worker_options'],
  ],
  ['behind a quote that never closes', 'name: "x\nservers: {}\nfirewall:\n  |', ['tool', 'allow_from']],
  ['amid marks of a merge', '<<<<<<< HEAD\nservers: {}\n=======\nfirewall:\n  |\n>>>>>>> x\n', ['tool', 'allow_from']],
  ['in CRLF text', 'servers: {}\r\nfirewall:\r\n  tool: ufw\r\n  |\r\n', ['allow_from']],
  [
    'behind a byte order mark',
    '\uFEFF|\nservers: {}\nname: x\n',
    ['load_balancer', 'service', 'ssh', 'rollout', 'firewall', 'voxbridge'],
  ],
  [
    'after names that are not ASCII',
    'name: "flotte été 🚀"\nservers: {}\nfirewall:\n  tool: ufw # 🚀\n  |',
    ['allow_from'],
  ],
  ['values of an enumeration', 'servers: {}\nrollout:\n  drain:\n    on_timeout: |\n', ['stop', 'restart']],
  ['values in flow style', 'servers: {}\nrollout: { drain: { on_timeout: | } }\n', ['stop', 'restart']],
  ['values before a comment', 'servers: {}\nfirewall:\n  tool: | # of the servers\n', ['nftables', 'ufw', 'none']],
  ['true and false, the default first', 'servers: { a: { worker_options: { 1: { down: | } } } }', ['false', 'true']],
  [
    'balancing methods',
    'servers: {}\nload_balancer:\n  method: |\n',
    ['least_conn', 'round_robin', 'ip_hash', 'random', 'hash $remote_addr consistent'],
  ],
  [
    'names of servers',
    'load_balancer:\n  server: |\nservers:\n  core-1: { workers: 1 }\n  core-2:\n',
    ['core-1', 'core-2'],
  ],
  [
    'names of servers of a broken text',
    'load_balancer: { server: |\nservers:\n  eu-1:\n   cores: [\n  eu-2:\n',
    ['eu-1', 'eu-2'],
  ],
  [
    'hosts of ~/.ssh/config, Include followed, Match not run',
    'servers:\n  a:\n    host: |\n',
    ['bastion', 'core-1', 'core-2', 'quoted', 'gate', 'included', 'deep', '203.0.113.10', 'core-1.example.com'],
  ],
  [
    'hosts to connect through, but not the server itself',
    'servers:\n  a: {}\n  b:\n    ssh: { proxy_jump: | }\n',
    ['a', 'bastion', 'core-1', 'core-2', 'quoted', 'gate', 'included', 'deep', 'deploy@bastion:2222'],
  ],
  [
    'what goes with a server that nginx runs on',
    'servers: {}\nload_balancer:\n  server: a\n  |\n  method: random\n  file: /x\n  template: x\n  public_url: https://x\n',
    ['upstream', 'keepalive', 'zone', 'max_conns', 'max_fails', 'fail_timeout'],
  ],
  [
    'what goes with a machine of its own that nginx runs on',
    'servers: {}\nload_balancer: { host: a, |, method: random, file: /x, template: x, public_url: https://x }\n',
    ['ssh', 'upstream', 'keepalive', 'zone', 'max_conns', 'max_fails', 'fail_timeout'],
  ],
  ['units of a duration', 'servers: {}\nrollout:\n  drain: { timeout: 15| }\n', ['15s', '15m', '15h', '10m', '1h']],
  ['units of a size', 'servers:\n  a: { memory: 16| }\n', ['16M', '16G', '8G']],
  [
    'workers that have no options',
    'servers:\n  a:\n    workers: [2, 3, 5]\n    worker_options:\n      3: { weight: 2 }\n      |\n',
    ['2', '5'],
  ],
  [
    'options of a worker',
    'servers:\n  a:\n    worker_options:\n      3:\n        weight: 2\n        |\n',
    ['max_conns', 'max_fails', 'fail_timeout', 'backup', 'down'],
  ],
  ['nothing below a value', 'servers: {}\nname: x\n  |\n', []],
  [
    'nothing in a block scalar',
    'servers: {}\nservice:\n  install: |\n    first\n    |\n'.replace('install: |', 'install: >'),
    [],
  ],
  ['nothing behind a closed brace', 'servers: {} |\n', []],
  [
    'codes in a comment that silences',
    'servers: {}\n# fleet-ops-disable-next-line server-over-c|\n',
    [
      'unknown-key',
      'unknown-worker',
      'duplicate-address',
      'duplicate-worker',
      'loopback-address',
      'no-live-worker',
      'secret-in-file',
      'worker-over-core',
      'server-over-cores',
      'server-over-memory',
      'unit-port',
      'max-conns-mismatch',
      'max-conns-zone',
      'no-spare-worker',
      'insecure-url',
    ],
  ],
  ['nothing in another comment', 'servers: {}\n# wor|\n', []],
]

for (const [name, text, expected] of offered) {
  test(`offers ${name}`, async () => assert.deepEqual(labels(await complete(text)), expected))
}

/** What is written when the named item is accepted, with `|` where the cursor then is. */
const accepted: readonly (readonly [string, string, string, string])[] = [
  ['a value with a default', 'servers: {}\nrollout:\n  ba|', 'batch', 'servers: {}\nrollout:\n  batch: 1|'],
  ['a key that holds keys', 'servers: {}\nro|', 'rollout', 'servers: {}\nrollout:\n  |'],
  ['a key that holds one required key', 'servers: {}\nvox|', 'voxbridge', 'servers: {}\nvoxbridge:\n  url: |'],
  [
    'a key that holds keys, in flow style',
    'servers: {}\nrollout: { dr| }',
    'drain',
    'servers: {}\nrollout: { drain: { | } }',
  ],
  ['a key in place of another one', 'servers:\n  a:\n    ho|st: x\n', 'host', 'servers:\n  a:\n    host|: x\n'],
  [
    'a key that is out of line',
    'servers:\n  a:\n    host: x\n   c|\n',
    'cores',
    'servers:\n  a:\n    host: x\n    cores: |\n',
  ],
  [
    'a key below its map, on the same line',
    'servers: {}\nload_balancer: |',
    'server',
    'servers: {}\nload_balancer:\n  server: |',
  ],
  [
    'a key below its map, right behind the colon',
    'servers: {}\nrollout:\n  drain:|',
    'timeout',
    'servers: {}\nrollout:\n  drain:\n    timeout: 10m|',
  ],
  ['a value right behind the colon', 'servers: {}\nfirewall:\n  tool:|', 'ufw', 'servers: {}\nfirewall:\n  tool: ufw|'],
  [
    'a value in place of another one',
    'servers: {}\nfirewall: { tool: nf|tables }',
    'ufw',
    'servers: {}\nfirewall: { tool: ufw| }',
  ],
  [
    'a value in quotes',
    'load_balancer: { server: "co|" }\nservers: { core-1: {} }',
    'core-1',
    'load_balancer: { server: "core-1|" }\nservers: { core-1: {} }',
  ],
  [
    'the second hop of a list',
    'servers: { core-1: {} }\nssh:\n  proxy_jump: inc1,co|re,bastion # both\n',
    'core-1',
    'servers: { core-1: {} }\nssh:\n  proxy_jump: inc1,core-1|,bastion # both\n',
  ],
  [
    'the first hop of a list',
    'servers: { core-1: {} }\nssh: { proxy_jump: "co|,bastion" }\n',
    'core-1',
    'servers: { core-1: {} }\nssh: { proxy_jump: "core-1|,bastion" }\n',
  ],
  [
    'a value that needs quotes',
    'servers:\n  a:\n    address: |',
    '"[2001:db8::2]"',
    'servers:\n  a:\n    address: "[2001:db8::2]"|',
  ],
  [
    'a value that needs quotes in flow style only',
    'servers: {}\nload_balancer: { method: | }',
    'hash $remote_addr consistent',
    'servers: {}\nload_balancer: { method: hash $remote_addr consistent| }',
  ],
  [
    'a server',
    'servers:\n  core-1: {}\n  |',
    'core-2',
    'servers:\n  core-1: {}\n  core-2|:\n    host: \n    cores: 4\n    workers: 4',
  ],
  [
    'a server in flow style',
    'servers: { core-1: {}, | }',
    'core-2',
    'servers: { core-1: {}, core-2|: { host: , cores: 4, workers: 4 } }',
  ],
  ['a key in CRLF text', 'servers: {}\r\nro|\r\n', 'rollout', 'servers: {}\r\nrollout:\r\n  |\r\n'],
]

for (const [name, marked, label, expected] of accepted) {
  test(`accepting ${name}`, async () => {
    const item = (await complete(marked)).find(found => found.label === label)
    assert.ok(item, `no ${label}`)
    const document = TextDocument.create('x', 'yaml', 1, marked.replace('|', ''))
    const edit = item.textEdit
    assert.ok(edit && InsertReplaceEdit.is(edit))
    const main = { range: edit.replace, newText: withCursor(edit.newText) }
    assert.equal(TextDocument.applyEdits(document, [main, ...(item.additionalTextEdits ?? [])]), expected)
  })
}

/** A snippet as it looks when it has just been put in: the cursor is at the end of what its first place offers. */
function withCursor(snippet: string): string {
  const first = ['1', '0'].find(number => new RegExp(`\\$\\{?${number}\\b`).test(snippet))
  const filled = snippet
    .replace(/\$\{(\d)\|([^,|]*)[^|]*\|\}/g, (_, number, choice) => choice + (number === first ? '|' : ''))
    .replace(/\$\{(\d):((?:\\.|[^}])*)\}/g, (_, number, text) => text + (number === first ? '|' : ''))
    .replace(/(?<!\\)\$(\d)/g, (_, number) => (number === first ? '|' : ''))
  return (first === undefined ? `${filled}|` : filled).replace(/\\([\\$}])/g, '$1')
}

test('a whole file is right as it is put in', async () => {
  for (const label of ['fleet', 'fleet on unix sockets']) {
    const item = (await complete('|')).find(found => found.label === label)
    const text = (item?.textEdit?.newText ?? '').replace(/\$\{\d:([^}]*)\}|\$\d/g, '$1')
    assert.deepEqual(parseDocument(text).errors, [])
    assert.deepEqual((await editor.diagnosticsOf(await editor.open(text))).diagnostics, [])
  }
})

test('every key comes with its documentation', async () => {
  const [host] = await complete('servers:\n  a:\n    |\n')
  assert.match(JSON.stringify(host?.documentation), /an address, a name or an alias/)
})

test('a client without snippets gets plain text', async () => {
  const plain = await Editor.start({ capabilities: { textDocument: { completion: {} } } })
  try {
    const answer = await plain.connection.sendRequest(
      CompletionRequest.type,
      await plain.openAt('servers:\n  core-1: {}\n  |'),
    )
    assert.ok(Array.isArray(answer))
    assert.deepEqual(
      answer.map(({ textEdit, insertTextFormat, documentation }) => [
        textEdit?.newText,
        insertTextFormat,
        typeof documentation,
      ]),
      [['core-2:\n    host: \n    cores: 4\n    workers: 4', 1, 'string']],
    )
  } finally {
    await plain.stop()
  }
})
