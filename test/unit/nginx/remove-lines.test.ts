import assert from 'node:assert/strict'
import { test } from 'node:test'
import { removeLines } from '../../../src/nginx/remove-lines'

const block = (...lines: string[]) => `upstream w {\n    least_conn;\n${lines.map(line => `    ${line}\n`).join('')}}\n`

/** Without `10.0.0.2:8002` and `unix:/tmp/v_2.sock`. */
const cases: readonly (readonly [what: string, before: string, after: string])[] = [
  ['a line', block('server a:1;', 'server 10.0.0.2:8002;', 'server b:1;'), block('server a:1;', 'server b:1;')],
  ['the last line', block('server a:1;', 'server 10.0.0.2:8002 down;'), block('server a:1;')],
  ['with its comment', block('server a:1;', 'server 10.0.0.2:8002 weight=2; # the new one'), block('server a:1;')],
  ['not the comment above', block('# mine', 'server 10.0.0.2:8002;', 'server a:1;'), block('# mine', 'server a:1;')],
  ['twice', block('server 10.0.0.2:8002;', 'server a:1;', 'server 10.0.0.2:8002 backup;'), block('server a:1;')],
  ['a socket', block('server unix:/tmp/v_2.sock;', 'server a:1;'), block('server a:1;')],
  ['one of a line', 'upstream w { server a:1; server 10.0.0.2:8002; }', 'upstream w { server a:1;  }'],
  [
    'CRLF',
    'upstream w {\r\n  server a:1;\r\n  server 10.0.0.2:8002;\r\n}\r\n',
    'upstream w {\r\n  server a:1;\r\n}\r\n',
  ],
  ['none', block('server a:1;', '# server 10.0.0.2:8002;'), block('server a:1;', '# server 10.0.0.2:8002;')],
  [
    'of another upstream',
    `upstream x { server 10.0.0.2:8002; }\n${block('server a:1;')}`,
    `upstream x { server 10.0.0.2:8002; }\n${block('server a:1;')}`,
  ],
]

for (const [what, before, after] of cases)
  test(`takes out ${what}`, () => {
    assert.equal(removeLines(before, 'w', new Set(['10.0.0.2:8002', 'unix:/tmp/v_2.sock'])), after)
  })
