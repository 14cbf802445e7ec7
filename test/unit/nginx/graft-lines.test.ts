import assert from 'node:assert/strict'
import { test } from 'node:test'
import { graftLines } from '../../../src/nginx/graft-lines'

const block = (...lines: string[]) => `upstream u {\n${lines.map(line => `    ${line}\n`).join('')}}\n`
const rendered = block('server a:1;', 'server a:2 weight=2;', 'server b:1;', 'server unix:/tmp/w.sock down;')

const graft = (live: string, ...addresses: string[]) => graftLines(live, rendered, 'u', new Set(addresses))

test('a line that is there is replaced, with all that surrounds it left', () => {
  const live = `# mine\n${block('least_conn;', 'server a:1; # old', 'server  a:2   down; # broken', 'server c:9;')}`
  assert.equal(graft(live, 'a:2'), live.replace('server  a:2   down;', 'server a:2 weight=2;'))
})

test('a line that is not there is put beneath its neighbour, behind its comment, as it is indented', () => {
  const table = [
    [
      block('server a:1; # old', 'server b:1;'),
      ['a:2'],
      block('server a:1; # old', 'server a:2 weight=2;', 'server b:1;'),
    ],
    [block('server a:1;'), ['b:1', 'a:2'], block('server a:1;', 'server a:2 weight=2;', 'server b:1;')],
    [block('server c:9;', 'keepalive 3;'), ['a:1'], block('server c:9;', 'server a:1;', 'keepalive 3;')],
    ['upstream u {\r\n\tserver a:1;\r\n}\r\n', ['b:1'], 'upstream u {\r\n\tserver a:1;\r\n\tserver b:1;\r\n}\r\n'],
    ['upstream u { server a:1; keepalive 3; }', ['b:1'], 'upstream u { server a:1;\nserver b:1; keepalive 3; }'],
    [block('server a:1;'), ['unix:/tmp/w.sock'], block('server a:1;', 'server unix:/tmp/w.sock down;')],
  ] as const
  for (const [live, addresses, expected] of table) assert.equal(graft(live, ...addresses), expected)
})

test('an address that is there more than once is mended in each of its lines', () => {
  const live = block('server a:1 down;', 'server a:1;', 'server c:9;')
  assert.equal(graft(live, 'a:1', 'b:1'), block('server a:1;', 'server a:1;', 'server b:1;', 'server c:9;'))
})

test('a thousand lines are grafted at once', () => {
  const addresses = Array.from({ length: 1_000 }, (_, index) => `10.0.${index >> 8}.${index & 255}:8001`)
  const all = block(...addresses.map(address => `server ${address};`))
  assert.equal(graftLines(block(`server ${addresses[0]} down;`), all, 'u', new Set(addresses)), all)
})

test('what the rendering does not have, what is so already, and a block without a line stay as they are', () => {
  const live = block('server a:1;', 'server z:1;')
  assert.equal(graft(live, 'z:1', 'y:1'), live)
  assert.equal(graft(live, 'a:1'), live)
  assert.equal(graft(live), live)
  assert.equal(graft(block('least_conn;'), 'a:1'), block('least_conn;'))
})

test('grafting every line makes the lines those of the rendering', () => {
  const live = block('server b:1 backup;', 'server a:2;')
  const text = graft(live, 'a:1', 'a:2', 'b:1', 'unix:/tmp/w.sock')
  for (const line of rendered.matchAll(/server [^;]+;/g)) assert.ok(text.includes(line[0]), line[0])
  assert.equal(graft(text, 'a:1', 'a:2', 'b:1', 'unix:/tmp/w.sock'), text, 'and again changes nothing')
})
