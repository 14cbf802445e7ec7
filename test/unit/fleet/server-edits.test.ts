import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkFleet } from '../../../src/fleet/check'
import { parseFleetDocument } from '../../../src/fleet/document'
import { FleetEditError } from '../../../src/fleet/fleet-edit-error'
import { addServer, type NewServer, removeServer } from '../../../src/fleet/server-edits'
import { applyTextEdits } from '../../../src/fleet/text'

const added: NewServer = { host: '10.0.0.3', cores: 4, workers: 2 }
const lines = (indent: string, step = '  ') =>
  `${indent}b:\n${indent}${step}host: 10.0.0.3\n${indent}${step}cores: 4\n${indent}${step}workers: 2\n`

const adds: readonly (readonly [what: string, before: string, after: string, server?: NewServer])[] = [
  [
    'below the last, on lines as it has',
    'servers:\n  a:\n    workers: 4   # four\nrollout: {}\n',
    `servers:\n  a:\n    workers: 4   # four\n${lines('  ')}rollout: {}\n`,
  ],
  [
    'in braces where the last is in braces',
    'servers:\n  a: { workers: 4 }  # the first\n\nrollout: {}\n',
    'servers:\n  a: { workers: 4 }  # the first\n  b: { host: 10.0.0.3, cores: 4, workers: 2 }\n\nrollout: {}\n',
  ],
  [
    'all of it in braces',
    'servers: { a: { workers: 4 } }\n',
    'servers: { a: { workers: 4 }, b: { host: 10.0.0.3, cores: 4, workers: 2 } }\n',
  ],
  [
    'an empty line before it, as the others have',
    'servers:\n  a:\n    workers: 4\n\n  c:\n    workers: 4\n\n# how\nrollout: {}\n',
    `servers:\n  a:\n    workers: 4\n\n  c:\n    workers: 4\n\n${lines('  ')}\n# how\nrollout: {}\n`,
  ],
  [
    'wider indentation',
    'servers:\n    a:\n        cores: 8\n',
    `servers:\n    a:\n        cores: 8\n${lines('    ', '    ')}`,
  ],
  ['a last server that says nothing', 'servers:\n  a:\n', `servers:\n  a:\n${lines('  ')}`],
  [
    'a file without a last line end',
    'servers:\n  a:\n    cores: 8',
    `servers:\n  a:\n    cores: 8\n${lines('  ').trimEnd()}`,
  ],
  [
    'CRLF stays',
    'servers:\r\n  a:\r\n    cores: 8\r\n',
    `servers:\r\n  a:\r\n    cores: 8\r\n${lines('  ').replaceAll('\n', '\r\n')}`,
  ],
  [
    'what needs quotes has them',
    'servers:\n  a: { cores: 8 }\n',
    'servers:\n  a: { cores: 8 }\n  b: { host: "2001:db8::3", address: "[2001:db8::3]", ssh: { user: "123", port: 2222 } }\n',
    { host: '2001:db8::3', address: '[2001:db8::3]', ssh: { user: '123', port: 2222 } },
  ],
  [
    'a server of worker options, the deepest of which ends it',
    'servers:\n  a:\n    worker_options:\n      1:\n        weight: 2\n      # none more\n',
    `servers:\n  a:\n    worker_options:\n      1:\n        weight: 2\n${lines('  ')}      # none more\n`,
  ],
]
for (const [what, before, after, server = added] of adds)
  test(`adds a server: ${what}`, () => {
    const head = 'name: x\nload_balancer: { server: a }\n'
    const document = parseFleetDocument(`${head}${before}`)
    const text = applyTextEdits(document.text, addServer(document, 'b', server))
    assert.equal(text.slice(head.length), after.replaceAll('"2001:db8::3"', quoted(text, '2001:db8::3')))
    const { fleet, findings } = checkFleet(parseFleetDocument(text))
    assert.deepEqual(
      findings.filter(({ severity }) => severity === 'error'),
      [],
    )
    assert.ok(fleet?.servers.some(({ name }) => name === 'b'))
  })

/** A host with colons may stand without quotes: whether it does is YAML's to say. */
const quoted = (text: string, value: string) => (text.includes(`host: "${value}"`) ? `"${value}"` : value)

test('a name that is taken is not added again', () => {
  const document = parseFleetDocument('name: x\nload_balancer: { server: a }\nservers: { a: {} }\n')
  assert.throws(() => addServer(document, 'a', added), FleetEditError)
})

const removes: readonly (readonly [what: string, before: string, after: string])[] = [
  [
    'the last',
    'servers:\n  a: {}\n  b:\n    cores: 4\n    workers: 2 # two\nrollout: {}\n',
    'servers:\n  a: {}\nrollout: {}\n',
  ],
  ['the first', 'servers:\n  b:\n    cores: 4\n  a:\n    cores: 8\n', 'servers:\n  a:\n    cores: 8\n'],
  [
    'one between empty lines, and one of those',
    'servers:\n  a:\n    cores: 1\n\n  b:\n    cores: 4\n\n  c:\n    cores: 1\n',
    'servers:\n  a:\n    cores: 1\n\n  c:\n    cores: 1\n',
  ],
  [
    'the last between empty lines, and one of those',
    'servers:\n  a:\n    cores: 1\n\n  b:\n    cores: 4\n\nrollout: {}\n',
    'servers:\n  a:\n    cores: 1\n\nrollout: {}\n',
  ],
  ['one in braces', 'servers: { a: {}, b: { cores: 4 } }\n', 'servers: { a: {} }\n'],
  ['CRLF', 'servers:\r\n  a: {}\r\n  b: {}\r\n', 'servers:\r\n  a: {}\r\n'],
]
for (const [what, before, after] of removes)
  test(`removes a server: ${what}`, () => {
    const head = 'name: x\nload_balancer: { server: a }\n'
    const document = parseFleetDocument(`${head}${before}`)
    assert.equal(applyTextEdits(document.text, removeServer(document, 'b')).slice(head.length), after)
  })

test('the only server, one that is not there, and one that others share by an anchor are not removed', () => {
  const cannot = (text: string, name: string) =>
    assert.throws(
      () => removeServer(parseFleetDocument(`name: x\nload_balancer: { server: a }\n${text}`), name),
      FleetEditError,
    )
  cannot('servers: { a: {} }\n', 'a')
  cannot('servers: { a: {}, c: {} }\n', 'b')
  cannot('servers:\n  b: &b { cores: 4 }\n  a: *b\n', 'b')
})

test('what was added is removed again, and the file is as it was', () => {
  const head = 'name: x\nload_balancer: { server: a }\n'
  for (const [, before, , server = added] of adds) {
    const document = parseFleetDocument(`${head}${before}`)
    const grown = parseFleetDocument(applyTextEdits(document.text, addServer(document, 'b', server)))
    assert.equal(applyTextEdits(grown.text, removeServer(grown, 'b')), document.text)
  }
})
