import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { HoverRequest, type MarkupContent } from 'vscode-languageserver-protocol/node'
import { Editor, everything } from './editor'

let editor: Editor
before(async () => {
  editor = await Editor.start()
})
after(async () => assert.equal(await editor.stop(), 0))

const fleet = readFileSync('test/unit/language/fixtures/two-servers.fleet.yaml', 'utf8')

/** The fleet with the cursor at the end of some words in it. */
const at = (words: string) => fleet.replace(words, `${words}|`)

async function hovered(marked: string, of = editor): Promise<string | undefined> {
  const answer = await of.connection.sendRequest(HoverRequest.type, await of.openAt(marked))
  return (answer?.contents as MarkupContent | undefined)?.value
}

const said: readonly (readonly [string, string, readonly RegExp[]])[] = [
  [
    'what a key means, its type, default and examples',
    at('  po'),
    [
      /^\*\*port\*\*\n\nWorker N listens on this port plus N\.\n\nWhole number\. Default: `8000`\. For example `8000`\.$/,
    ],
  ],
  ['the choices', `${fleet}  drain: { on_time|out: stop }\n`, [/One of `stop`, `restart`\. Default: `stop`\./]],
  ['on a value too', at('batch: '), [/How many workers at a time/, /Default: `1`/]],
  [
    'what a value stands in for, and where that is',
    at('    max_concurrent_calls'),
    [/Without this line: `5`, from service\.max_concurrent_calls, line 5\./],
  ],
  [
    'that an address stands in for the host',
    at('    address'),
    [/Without this line: `203\.0\.113\.10`, from servers\.core-1\.host, line 15\./],
  ],
  [
    "that a host stands in for the server's name",
    at('    host'),
    [/Without this line: `core-1`, from the server's name\./],
  ],
  [
    'all that holds for a map, and where each comes from',
    at('servi'),
    [
      /In effect:\n\n- unit: `voxcore@` \(default\)\n- port: `8000` \(line 4\)/,
      /- max_concurrent_calls: `5` \(line 5\)/,
    ],
  ],
  [
    'all that holds for a server',
    at('  core-2'),
    [
      /- host: `core-2` \(the server's name\)/,
      /- address: `10\.0\.0\.2` \(line 20\)/,
      /- workers: `\[1,2,4\]` \(line 22\)/,
      /- max_concurrent_calls: `3` \(line 21\)/,
      /3 workers × 3 calls = 9 calls at a time\./,
      /```nginx\nserver 10\.0\.0\.2:8001 max_conns=5;\nserver 10\.0\.0\.2:8002 max_conns=5;\nserver 10\.0\.0\.2:8004 weight=2 max_conns=4;\n```$/,
    ],
  ],
  [
    'what is inherited from the public URL',
    at('  core-1:').replace('core-1:|', 'core-|1:'),
    [
      /- url: `https:\/\/fleet\.example\.com` \(load_balancer\.public_url, line 10\)/,
      /- max_concurrent_calls: `5` \(service\.max_concurrent_calls, line 5\)/,
    ],
  ],
  [
    'the ssh that holds for one server',
    at('    ss'),
    [/- user: `deploy` \(ssh\.user, line 7\)\n- port: `2222` \(line 23\)/],
  ],
  [
    'what the cores carry',
    at('    cor'),
    [/4 workers × 5 calls = 20 calls at a time\. 4 cores × 5 = 20 is what its cores carry\./],
  ],
  ['the line of one worker', at('      4'), [/```nginx\nserver 10\.0\.0\.2:8004 weight=2 max_conns=4;\n```$/]],
  [
    'what a worker has of its own',
    at('weight: 2, max_c'),
    [/Without this line: `5`, from load_balancer\.max_conns, line 11\./],
  ],
  [
    'the sum of the fleet',
    at('\nserver').replace('\nserver|s', '\nser|vers'),
    [/2 servers, 7 workers, 29 calls at a time\./],
  ],
  [
    'the server that a reference means',
    at('  server: core'),
    [/4 workers × 5 calls/, /server 127\.0\.0\.1:8001 max_conns=5;/],
  ],
  ['as much in a file with errors', `${at('    cor')}nonsense: [\n`, [/4 workers × 5 calls = 20/]],
]

for (const [name, marked, patterns] of said) {
  test(`hover says ${name}`, async () => {
    const value = (await hovered(marked)) ?? ''
    for (const pattern of patterns) assert.match(value, pattern)
  })
}

test('hover lists no port for workers on sockets', async () => {
  const value = await hovered('servers: {}\nserv|ice: { socket: /tmp/voxcore_%i.sock }\n')
  assert.match(value ?? '', /- socket: `\/tmp\/voxcore_%i\.sock` \(line 2\)/)
  assert.doesNotMatch(value ?? '', /- port:/)
})

const silent: readonly (readonly [string, string])[] = [
  ['a comment', at('# Two')],
  ['an empty file', '|'],
  ['a blank line', `${fleet}\n|\n`],
  ['a key that does not exist', `${fleet}servc|ie: 1\n`],
]

for (const [name, marked] of silent) {
  test(`hover says nothing on ${name}`, async () => assert.equal(await hovered(marked), undefined))
}

test('hover is plain text for a client without Markdown', async () => {
  const plain = await Editor.start({
    capabilities: { ...everything, textDocument: { ...everything.textDocument, hover: {} } },
  })
  try {
    const value = await hovered(at('  core-2'), plain)
    assert.match(value ?? '', /^core-2\n\nA server that workers run on\./)
    assert.doesNotMatch(value ?? '', /[`*]/)
  } finally {
    await plain.stop()
  }
})
