import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import {
  type CodeAction,
  CodeActionRequest,
  CodeLensRequest,
  CompletionRequest,
  DocumentLinkRequest,
  InlayHintRequest,
} from 'vscode-languageserver-protocol/node'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { Editor } from './editor'

let editor: Editor
const home = mkdtempSync(join(tmpdir(), 'fleet-home-'))
before(async () => {
  editor = await Editor.start({ home })
})
after(async () => {
  rmSync(home, { recursive: true, force: true })
  assert.equal(await editor.stop(), 0)
})

const fleet = readFileSync('test/unit/language/fixtures/two-servers.fleet.yaml', 'utf8')
const whole = { start: { line: 0, character: 0 }, end: { line: 9_999, character: 0 } }

async function actionsAt(
  marked: string,
  only?: string[],
): Promise<{ text: string; uri: string; actions: CodeAction[] }> {
  const { textDocument, position } = await editor.openAt(marked)
  const answer = await editor.connection.sendRequest(CodeActionRequest.type, {
    textDocument,
    range: { start: position, end: position },
    context: { diagnostics: [], ...(only ? { only } : {}) },
  })
  return { text: marked.replace('|', ''), uri: textDocument.uri, actions: (answer ?? []) as CodeAction[] }
}

function apply(text: string, uri: string, action: CodeAction | undefined): string {
  return TextDocument.applyEdits(TextDocument.create(uri, 'fleet-yaml', 1, text), action?.edit?.changes?.[uri] ?? [])
}

const good = 'name: x\nload_balancer: { server: a }\nservers: { a: { workers: 2 } }\n'

const mended: readonly (readonly [string, string, string, string])[] = [
  ['a mistyped key', `${good}servi|ec: {}\n`, 'Change to "service"', `${good}service: {}\n`],
  ['a mistyped server', good.replace('server: a', 'server: |b'), 'Change to "a"', good],
  [
    'too many calls',
    `${good}service:\n  max_concurrent_calls: 9|\n`,
    'Lower to 5',
    `${good}service:\n  max_concurrent_calls: 5\n`,
  ],
  [
    'a finding by silencing it',
    `${good}service:\n  max_concurrent_calls: 9|\n`,
    'Disable worker-over-core for this line',
    `${good}service:\n  # fleet-ops-disable-next-line worker-over-core\n  max_concurrent_calls: 9\n`,
  ],
  [
    'a second finding of a line by silencing it too',
    `${good}service:\n  # fleet-ops-disable-next-line unit-port\n  max_concurrent_calls: 9|\n`,
    'Disable worker-over-core for this line',
    `${good}service:\n  # fleet-ops-disable-next-line unit-port, worker-over-core\n  max_concurrent_calls: 9\n`,
  ],
  [
    'the first line',
    '\uFEFFna|em: x\nservers: {}\n',
    'Disable unknown-key for this line',
    '\uFEFF# fleet-ops-disable-next-line unknown-key\nnaem: x\nservers: {}\n',
  ],
  [
    'CRLF text',
    `${good}x: 1|\n`.replaceAll('\n', '\r\n'),
    'Disable unknown-key for this line',
    `${good}# fleet-ops-disable-next-line unknown-key\nx: 1\n`.replaceAll('\n', '\r\n'),
  ],
]

for (const [name, marked, title, expected] of mended) {
  test(`mends ${name}`, async () => {
    const at = name === 'CRLF text' ? marked.replace('x: 1|', '|x: 1') : marked
    const { text, uri, actions } = await actionsAt(at)
    const action = actions.find(found => found.title === title)
    assert.ok(action, actions.map(found => found.title).join(', '))
    assert.equal(action.kind, 'quickfix')
    assert.ok(action.diagnostics?.[0]?.code)
    assert.equal(apply(text, uri, action), expected)
  })
}

test('what is silenced is found no more', async () => {
  const { text, uri, actions } = await actionsAt(`${good}service:\n  max_concurrent_calls: 9|\n`)
  const silenced = apply(
    text,
    uri,
    actions.find(({ title }) => title.startsWith('Disable')),
  )
  assert.deepEqual((await editor.diagnosticsOf(await editor.open(silenced))).diagnostics, [])
})

test('all safe mends at once, and no other', async () => {
  const text = `|${good.replace('server: a', 'server: b')}servcie: { max_concurrent_calls: 5 }\nrolout: {}\n`
  const { uri, actions, text: before } = await actionsAt(text, ['source.fixAll'])
  assert.deepEqual(
    actions.map(({ title, kind }) => [title, kind]),
    [['Apply all safe fixes', 'source.fixAll.fleetOps']],
  )
  assert.equal(apply(before, uri, actions[0]), before.replace('servcie', 'service').replace('rolout', 'rollout'))
})

const notTogether: readonly (readonly [string, string, readonly (readonly [string, string])[]])[] = [
  ['two keys that mean the same one', good.replace('workers: 2', 'worker: 2, workes: 3'), [['worker:', 'workers:']]],
  [
    'a key that is added, and one that is mistyped for it',
    good.replace('server: a', 'server: a, max_conns: 5, zonee: 64k'),
    [['zonee', 'zone']],
  ],
  [
    'anything, while the syntax is broken',
    `${good.replace('server: a', 'server: a, max_conns: 5')}rolout: {}\nx: [\n`,
    [],
  ],
]

for (const [name, text, changes] of notTogether) {
  test(`the safe mends do not change ${name}`, async () => {
    const { uri, actions, text: before } = await actionsAt(`|${text}`, ['source.fixAll'])
    const expected = changes.reduce((changed, [from, to]) => changed.replace(from, to), before)
    assert.equal(actions[0] ? apply(before, uri, actions[0]) : before, expected)
  })
}

test('where nothing is wrong there is nothing to do', async () => {
  assert.deepEqual((await actionsAt(`na|me: ${good.slice(6)}`)).actions, [])
  assert.deepEqual((await actionsAt(`|${good}`, ['source'])).actions, [])
  assert.deepEqual((await actionsAt(`|${good}servcie: {}\n`, ['refactor'])).actions, [])
})

const hinted: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'ports and calls, and the sum',
    fleet,
    ['12:8 2 servers · 7 workers · 29 calls', '17:14 :8001–8004 · 20 calls', '21:22 :8001–8002, :8004 · 9 calls'],
  ],
  [
    'workers that nothing is said of',
    'load_balancer: {}\nservers:\n  a:\n    cores: 4\n  b: { cores: 1 }\n',
    [
      '1:8 2 servers · 8 workers · 40 calls',
      '2:4 4 workers · :8001–8004 · 20 calls',
      '4:17 4 workers · :8001–8004 · 20 calls',
    ],
  ],
  [
    'sockets',
    'service: { socket: /tmp/voxcore_%i.sock, max_concurrent_calls: 1 }\nservers:\n  a: { workers: 16 }\n',
    ['1:8 1 server · 16 workers · 16 calls', '2:18 /tmp/voxcore_1.sock … voxcore_16.sock · 16 calls'],
  ],
  [
    'a list over lines',
    'servers:\n  a:\n    workers:\n      - 1\n      - 3\n',
    ['0:8 1 server · 2 workers · 10 calls', '2:12 :8001, :8003 · 10 calls'],
  ],
  [
    'a text with errors, as far as it is known',
    'nonsense: 1\nservers:\n  a: { workers: 1 }\n',
    ['1:8 1 server · 1 worker · 5 calls', '2:17 :8001 · 5 calls'],
  ],
  ['no servers', 'name: x\nservers:\n', []],
]

for (const [name, text, expected] of hinted) {
  test(`hints at ${name}`, async () => {
    const textDocument = { uri: await editor.open(text) }
    const hints = await editor.connection.sendRequest(InlayHintRequest.type, { textDocument, range: whole })
    assert.deepEqual(
      (hints ?? []).map(({ position, label }) => `${position.line}:${position.character} ${label}`),
      expected,
    )
  })
}

test('hints are only those of the lines that are shown', async () => {
  const range = { start: { line: 14, character: 0 }, end: { line: 18, character: 0 } }
  const hints = await editor.connection.sendRequest(InlayHintRequest.type, {
    textDocument: { uri: await editor.open(fleet) },
    range,
  })
  assert.deepEqual(
    (hints ?? []).map(({ label }) => label),
    [':8001–8004 · 20 calls'],
  )
})

test('lenses for a client that has the commands, and for no other', async () => {
  const uri = await editor.open(fleet)
  const lenses = await editor.connection.sendRequest(CodeLensRequest.type, { textDocument: { uri } })
  assert.deepEqual(
    (lenses ?? []).map(({ range, command }) => `${range.start.line} ${command?.command} ${command?.arguments?.join()}`),
    [
      `7 fleetOps.previewUpstream ${uri}`,
      `7 fleetOps.compareUpstream ${uri}`,
      `7 fleetOps.reload ${uri}`,
      `12 fleetOps.addWorker ${uri}`,
      `12 fleetOps.rollingRestart ${uri}`,
    ],
  )
  const other = await Editor.start({ initializationOptions: {} })
  try {
    assert.equal(other.initialized.capabilities.codeLensProvider, undefined)
  } finally {
    await other.stop()
  }
})

test('the commands of lenses are commands of the extension', async () => {
  const { contributes } = JSON.parse(readFileSync('package.json', 'utf8'))
  const declared = new Set(contributes.commands.map(({ command }: { command: string }) => command))
  const textDocument = { uri: await editor.open(fleet) }
  const lenses = (await editor.connection.sendRequest(CodeLensRequest.type, { textDocument })) ?? []
  assert.deepEqual(
    lenses.map(({ command }) => command?.command).filter(command => !declared.has(command)),
    [],
  )
})

test('links lead to files of this machine: the template beside the file, known hosts, the env file where there is one', async () => {
  writeFileSync(join(home, 'known_hosts'), '')
  const environment = join(home, 'voxcore.env')
  writeFileSync(environment, '')
  const linksIn = async (text: string) => {
    const uri = await editor.open(text, 'fleet.yaml', home)
    return (await editor.connection.sendRequest(DocumentLinkRequest.type, { textDocument: { uri } }))?.map(
      link => link.target,
    )
  }
  const beside = (name: string) => pathToFileURL(join(home, name)).href
  assert.deepEqual(await linksIn('servers: {}\nload_balancer: { template: my upstream.njk }\n'), [
    beside('my upstream.njk'),
  ])
  assert.deepEqual(await linksIn('servers: {}\nload_balancer: { template: ../../etc/passwd }\n'), [])
  assert.deepEqual(
    await linksIn('servers: {}\nssh: { known_hosts_file: ~/known_hosts, identity_file: ~/known_hosts }\n'),
    [beside('known_hosts')],
  )
  assert.deepEqual(await linksIn(`servers: {}\nservice: { env_file: ${environment} }\n`), [beside('voxcore.env')])
  assert.deepEqual(await linksIn('servers: {}\nservice: { env_file: /opt/voxcore/.env }\n'), [])
  assert.deepEqual(await linksIn('servers: {}\nload_balancer: { template: 7 }\nservice: 4\n'), [])
})

test('templates beside the file are completed', async () => {
  writeFileSync(join(home, 'mine.njk'), '')
  const asked = await editor.openAt('servers: {}\nload_balancer:\n  template: |\n', 'fleet.yaml', home)
  const items = await editor.connection.sendRequest(CompletionRequest.type, asked)
  assert.deepEqual(Array.isArray(items) && items.map(({ label }) => label), ['mine.njk', 'upstream.conf.njk'])
})
