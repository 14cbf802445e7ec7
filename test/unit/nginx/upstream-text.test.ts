import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { compareUpstream, type UpstreamDifference } from '../../../src/nginx/compare'
import { markDown } from '../../../src/nginx/mark-down'
import { readUpstream } from '../../../src/nginx/read-upstream'
import { replaceUpstream } from '../../../src/nginx/replace'
import { parseConfiguration } from '../../../src/nginx/syntax'
import { UpstreamError } from '../../../src/nginx/upstream-error'

const messy = readFileSync('test/unit/nginx/fixtures/messy.conf', 'utf8')
const name = 'voxcore_workers'
const block = `upstream ${name} {\n    server 10.0.0.1:8001;\n}\n`

test('a live file is read with its comments, quotes and oddities', () => {
  const upstream = readUpstream(messy, name)
  assert.deepEqual(
    upstream?.servers.map(({ address, parameters, down, backup }) => [address, parameters.join(' '), down, backup]),
    [
      ['127.0.0.1:8001', 'weight=2', false, false],
      ['127.0.0.1:8002', 'max_fails=3 fail_timeout=5s', false, false],
      ['127.0.0.1:8003', 'down', true, false],
      ['unix:/tmp/voxcore_4.sock', 'backup', false, true],
      ['[::1]:8005', '', false, false],
    ],
  )
  assert.deepEqual(
    [...(upstream?.directives ?? [])],
    [
      ['least_conn', ''],
      ['keepalive', '16'],
    ],
  )
})

const replacements: readonly (readonly [string, string | undefined, string])[] = [
  [
    'a missing file becomes the block, which says where it comes from',
    undefined,
    `# Written by Fleet Ops: change fleet.yaml, and not the upstream in here.\n${block}`,
  ],
  ['an empty file becomes the block', '', block],
  ['a block alone', 'upstream voxcore_workers { server a; }', block.trimEnd()],
  ['what is around it stays', `# a\nupstream ${name} {\n}\n# b`, `# a\n${block}# b`],
  [
    'indentation is kept',
    `http {\n  upstream ${name} { server a; }\n}\n`,
    `http {\n  upstream ${name} {\n      server 10.0.0.1:8001;\n  }\n}\n`,
  ],
  ['CRLF is kept', `# a\r\nupstream ${name} {\r\n}\r\n`, `# a\r\n${block.replaceAll('\n', '\r\n')}`],
  [
    'a file without the block gets it at its end',
    '# a\nupstream b { server a; }',
    `# a\nupstream b { server a; }\n\n${block}`,
  ],
  [
    'a file with http gets it in there',
    'events {}\nhttp {\n    include a;\n}\n',
    `events {}\nhttp {\n    include a;\n\n    upstream ${name} {\n        server 10.0.0.1:8001;\n    }\n}\n`,
  ],
  [
    'a block of that name in stream is another one',
    `stream {\n  upstream ${name} { server a:5; }\n}\nhttp {\n    access_log off;\n}\n`,
    `stream {\n  upstream ${name} { server a:5; }\n}\nhttp {\n    access_log off;\n\n    upstream ${name} {\n        server 10.0.0.1:8001;\n    }\n}\n`,
  ],
  [
    'stream, mail and http may each have the name',
    `stream { upstream ${name} { server a:5; } }\nmail { upstream ${name} {} }\nhttp {\nupstream ${name} {}\n}`,
    `stream { upstream ${name} { server a:5; } }\nmail { upstream ${name} {} }\nhttp {\n${block}}`,
  ],
]

for (const [what, text, expected] of replacements)
  test(`replace: ${what}`, () => assert.equal(replaceUpstream(text, name, block), expected))

test('replace: every byte outside of the block stays, and the block is what is read back', () => {
  const range = readUpstream(messy, name)?.range
  assert.ok(range)
  const replaced = replaceUpstream(messy, name, block)
  assert.ok(replaced.startsWith(messy.slice(0, range.start)))
  assert.ok(replaced.endsWith(messy.slice(range.end)))
  assert.deepEqual(compareUpstream(block, replaced, name), [])
  assert.equal(replaceUpstream(replaced, name, block), replaced)
})

const refused: readonly (readonly [string, string, RegExp])[] = [
  ['the name twice', `${block}${block}`, /2 blocks/],
  ['a brace too many', `${block}}`, /"}" too many/],
  ['a block that is not closed', `upstream ${name} { server a;`, /not closed/],
  ['a quote that is not closed', `upstream ${name} { server "a; }`, /quote/],
  ['a semicolon that is missing', `upstream ${name} { server a }`, /does not end/],
]

for (const [what, text, message] of refused) {
  test(`refused: ${what}`, () => {
    const isUpstreamError = (error: unknown) => error instanceof UpstreamError && message.test(error.message)
    assert.throws(() => replaceUpstream(text, name, block), isUpstreamError)
    assert.throws(() => markDown(text, name, new Set()), isUpstreamError)
  })
}

test('markDown marks the lines that are meant and no other byte', () => {
  const marked = markDown(
    messy,
    name,
    new Set(['127.0.0.1:8002', '127.0.0.1:8003', 'unix:/tmp/voxcore_4.sock:', '[::1]:8005', '10.0.0.9:8001']),
  )
  assert.equal(
    marked,
    messy
      .replace('fail_timeout=5s;', 'fail_timeout=5s down;')
      .replace('sock backup;', 'sock backup down;')
      .replace('[::1]:8005;', '[::1]:8005 down;'),
  )
  assert.equal(markDown(messy, 'nobody', new Set(['127.0.0.1:8001'])), messy)
})

test('compare: only what means something else is a difference', () => {
  const rendered = `upstream ${name} { least_conn; server 127.0.0.1:8001; server 127.0.0.1:8002 max_conns=5; server unix:/tmp/a.sock; keepalive 32; }`
  const live = `# hand made\nupstream ${name} {\n server unix:/tmp/a.sock: weight=1;\n server 127.0.0.1:8002;\n server 127.0.0.1:8009 down;\n least_conn;\n keepalive 16;\n}`
  assert.deepEqual(compareUpstream(rendered, live, name), [
    { kind: 'missing-line', address: '127.0.0.1:8001' },
    { kind: 'parameters', address: '127.0.0.1:8002', wanted: 'max_conns=5', found: '' },
    { kind: 'extra-line', address: '127.0.0.1:8009' },
    { kind: 'directive', directive: 'keepalive', wanted: '32', found: '16' },
  ])
  assert.deepEqual(compareUpstream(rendered, undefined, name), [{ kind: 'missing-block' }])
})

const same: readonly (readonly [string, string])[] = [
  ['server a fail_timeout=60;', 'server a fail_timeout=60s;'],
  ['server a fail_timeout=90m;', 'server a fail_timeout=1h30m;'],
  ['server a;', 'server a:80 weight=1 max_fails=1 fail_timeout=10s max_conns=0;'],
  ['server a max_fails=3 weight=2;', 'server a weight=02 max_fails=3;'],
  ['server a; zone u 64k;', 'zone u 65536; server a;'],
  ['server a; zone u 1m;', 'server a; zone u 1024K;'],
  ['server [2001:db8::a]:1;', 'server "[2001:DB8::A]:1";'],
]

for (const [one, other] of same)
  test(`compare: "${one}" means what "${other}" means`, () =>
    assert.deepEqual(compareUpstream(`upstream u { ${one} }`, `upstream u { ${other} }`, 'u'), []))

const different: readonly (readonly [string, string, UpstreamDifference])[] = [
  [
    'server a fail_timeout=1m;',
    'server a fail_timeout=1M;',
    { kind: 'parameters', address: 'a', wanted: 'fail_timeout=1m', found: 'fail_timeout=1M' },
  ],
  ['server a;', 'server a; server a:80;', { kind: 'repeated-line', address: 'a' }],
  ['server a;', 'server a; server b; server b;', { kind: 'extra-line', address: 'b' }],
  ['server a;', 'server a; zone u 64k;', { kind: 'directive', directive: 'zone', wanted: undefined, found: 'u 64k' }],
]

for (const [one, other, difference] of different)
  test(`compare: "${one}" is not "${other}"`, () =>
    assert.deepEqual(compareUpstream(`upstream u { ${one} }`, `upstream u { ${other} }`, 'u'), [difference]))

const words: readonly (readonly [string, readonly string[]])[] = [
  ['a b\tc\r\nd;', ['a', 'b', 'c', 'd']],
  ['a "b c" \'d "e" f\';', ['a', 'b c', 'd "e" f']],
  ['a \\" \\; "\\"\\\\" \\t;', ['a', '"', '\\;', '"\\', '\t']],
  ['a ^/x\\d+$;', ['a', '^/x\\d+$']],
  [`a b$\{c}d "$\{e}";`, ['a', `b$\{c}d`, `$\{e}`]],
  ['a b#c; # d', ['a', 'b#c']],
  ['a b\u00a0c;', ['a', 'b\u00a0c']],
  ['a b}c;', ['a', 'b}c']],
]

for (const [text, expected] of words)
  test(`words: ${JSON.stringify(text)}`, () =>
    assert.deepEqual(
      parseConfiguration(text)[0]?.words.map(({ value }) => value),
      expected,
    ))

test('words: a dollar behind a backslash makes no variable', () => {
  const [map] = parseConfiguration(`map \\$\{ a b; }`)
  assert.equal(map?.block?.length, 1)
})

/** What may stand in a block of Lua that nginx would not understand. */
const lua: readonly (readonly [string, string])[] = [
  ['a statement without a semicolon', 'ngx.say(1)'],
  ['nested braces', 'local t = { a = { 1 }, b = {} }'],
  ['a brace in a string', `ngx.say("}") ngx.say('{')`],
  ['quotes in a string', `ngx.say("\\"}", '\\'}', "it's }", '"}')`],
  ['a string that ends in a backslash', `ngx.say("}\\\\")`],
  ['a comment', "-- it's a }"],
  ['a comment of several lines', `--[[ it's\n } ]] --[==[ ]] } ]==]`],
  ['a long string', `ngx.say([[ } " ]]) ngx.say([=[ ]] } ]=])`],
  ['an index in an index', 'local a = b[c[1]] -- }'],
  ['what would be a comment to nginx', 'local n = #t'],
  ['an upstream', `upstream ${name} { server b; }`],
]

for (const [what, body] of lua)
  test(`Lua: ${what}`, () => {
    const text = `server {\n  set_by_lua_block $x {\n    ${body}\n  }\n}\n`
    assert.equal(replaceUpstream(`${text}upstream ${name} { server a; }`, name, block), `${text}${block.trimEnd()}`)
  })

const brokenLua: readonly (readonly [string, string, RegExp])[] = [
  ['a block', 'a;\ncontent_by_lua_block { f({) }', /"content_by_lua_block" is not closed/],
  ['a string', 'a;\ncontent_by_lua_block { f("}) }', /string or a comment of Lua is not closed/],
  ['a long comment', 'a;\ncontent_by_lua_block { --[[ } ]=] }', /string or a comment of Lua is not closed/],
]

for (const [what, text, message] of brokenLua)
  test(`Lua: ${what} that is not closed is refused, with its line`, () =>
    assert.throws(
      () => parseConfiguration(text),
      (error: unknown) => error instanceof UpstreamError && error.line === 2 && message.test(error.message),
    ))

test('Lua: only what is called so is Lua, and only as a directive', () => {
  assert.equal(parseConfiguration('map a b { x content_by_lua_block; y { c d; } }')[0]?.block?.length, 2)
})

test('braces may nest deeper than calls do, and a block may be long', () => {
  const deep = `${'a {'.repeat(50_000)}upstream u { server b; }${'}'.repeat(50_000)}`
  assert.equal(readUpstream(deep, 'u')?.servers.length, 1)
  assert.equal(readUpstream(`upstream u {${'server b;'.repeat(200_000)}}`, 'u')?.servers.length, 200_000)
})

test('any text is read or refused, and quickly', () => {
  const pieces = fc.constantFrom(
    'upstream ',
    name,
    ' {',
    '}',
    ';',
    'server a',
    '"',
    "'",
    '#',
    '\n',
    '\\',
    `$\{x}`,
    '$',
    ' ',
    'down',
    '\r\n',
    'a_by_lua_block {',
    '[[',
    ']]',
    '--',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(pieces, { maxLength: 60 }).map(parts => parts.join('')),
        fc.string(),
      ),
      text => {
        try {
          const directives = parseConfiguration(text)
          for (const { range } of directives)
            assert.ok(range.start >= 0 && range.end <= text.length && range.start < range.end)
        } catch (error) {
          assert.ok(error instanceof UpstreamError, String(error))
        }
      },
    ),
    { numRuns: 3_000 },
  )
})
