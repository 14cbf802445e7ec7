import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { checkFleet } from '../../../src/fleet/check'
import { FleetDocument } from '../../../src/fleet/fleet-document'
import { FleetReader } from '../../../src/fleet/fleet-reader'
import { readYaml } from '../../../src/fleet/read-yaml'
import { serverBlocks } from '../../../src/fleet/server-blocks'

const folders = ['test/unit/fleet/fixtures/good', 'test/unit/fleet/fixtures/bad']
const texts = folders.flatMap(folder => readdirSync(folder).map(name => readFileSync(`${folder}/${name}`, 'utf8')))
const whole = (text: string) => new FleetDocument(text, readYaml(text))

/** Where everything stands, as lookups say it. Whether the comments after a map are still its own is a matter of taste. */
function placesOf(
  document: FleetDocument,
  value: unknown = document.value,
  path: readonly (string | number)[] = [],
): string[] {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value)
  const at = document.rangeOf(path, 'value')
  const own = [
    `${path.join('.')} key ${JSON.stringify(path.length > 0 && document.rangeOf(path, 'key'))}`,
    `${path.join('.')} value ${at?.start} ${isMap ? '' : at?.end}`,
  ]
  if (typeof value !== 'object' || value === null) return own
  const steps = Array.isArray(value) ? value.map((_, index) => index) : Object.keys(value)
  const within = value as Readonly<Record<string | number, unknown>>
  return [...own, ...steps.flatMap(step => placesOf(document, within[step], [...path, step]))]
}

/** A text read in parts is what it is when it is read as a whole. */
function isTheSame(reader: FleetReader, text: string): void {
  const inParts = reader.read(text)
  const asWhole = whole(text)
  if (asWhole.syntax.length > 0) {
    assert.ok(inParts.syntax.length > 0, `an error was not seen in ${JSON.stringify(text)}`)
    checkFleet(inParts)
    return
  }
  assert.deepEqual(inParts.syntax, [], JSON.stringify(text))
  assert.deepEqual(inParts.value, asWhole.value)
  assert.deepEqual(Object.keys(inParts.value ?? {}), Object.keys(asWhole.value ?? {}))
  assert.deepEqual(placesOf(inParts), placesOf(asWhole))
  for (let offset = 0; offset <= text.length; offset += 7)
    assert.deepEqual(inParts.pathAt(offset), asWhole.pathAt(offset))
}

test('every fixture reads in parts as it does as a whole', () => {
  assert.ok(texts.filter(text => serverBlocks(text, 0)).length > 5)
  for (const text of texts) isTheSame(new FleetReader(0), text)
})

const pieces = [
  '\n',
  '  ',
  '    ',
  'a',
  ':',
  ': ',
  '{',
  '}',
  '[',
  ']',
  ',',
  '"',
  "'",
  '#',
  '|\n',
  '>',
  '- ',
  '\t',
  '\r\n',
  '&a ',
  '*a',
  '---\n',
  '? ',
  'core-1:\n',
  '  x: 1\n',
  'servers:\n',
  'é\u{1F600}',
  '\uFEFF',
]

test('versions of a text, typed one after another, read in parts as they do as a whole', () => {
  const change = fc.record({
    at: fc.nat(),
    remove: fc.nat(12),
    insert: fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 4 })),
  })
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.array(change, { maxLength: 6 }), (base, changes) => {
      const reader = new FleetReader(0)
      let text = base
      isTheSame(reader, text)
      for (const { at, remove, insert } of changes) {
        const offset = at % (text.length + 1)
        text = text.slice(0, offset) + insert + text.slice(offset + remove)
        isTheSame(reader, text)
      }
    }),
    { numRuns: 1_500 },
  )
})

const servers = (count: number) =>
  Array.from(
    { length: count },
    (_, index) => `  s-${index}:\n    host: 10.0.${index >> 8}.${index & 255}\n    workers: 4\n`,
  )
const fleet = (blocks: readonly string[]) =>
  `name: x\nload_balancer: { server: s-0 }\nservers: # all\n\n${blocks.join('')}\n# end\nrollout:\n  batch: 2\n`

const read: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'a half typed key costs its own server only',
    fleet(servers(3).with(1, '  s-1:\n    workers: 4\n    hos\n')),
    ['"hos" yaml-syntax', '"hos" unknown-key'],
  ],
  ['so does a bracket that never closes', fleet(servers(3).with(1, '  s-1: { cores: 4\n')), ['yaml-syntax']],
  ['a name without its colon is a key that is being typed', fleet([...servers(2), '  s-9\n']), ['"s-9" yaml-syntax']],
  ['a server that is given twice', fleet([...servers(2), '  s-1: {}\n']), ['"s-1" yaml-syntax']],
]

for (const [name, text, expected] of read) {
  test(`read in parts, ${name}`, () => {
    assert.ok(serverBlocks(text, 0))
    const { findings } = checkFleet(new FleetReader(0).read(text))
    const told = findings.map(({ range, code }) =>
      expected.includes(code) ? code : `"${text.slice(range.start, range.end)}" ${code}`,
    )
    assert.deepEqual(told, expected)
  })
}

test('only the server that changed is parsed again', () => {
  const reader = new FleetReader()
  const blocks = servers(100)
  const serversOf = (text: string) => (reader.read(text).value as { servers: Record<string, unknown> }).servers
  const before = serversOf(fleet(blocks))
  const after = serversOf(fleet(blocks.with(3, '  s-3:\n    host: changed\n')))
  const parsedAgain = Object.keys(after).filter(name => after[name] !== before[name])
  assert.deepEqual(parsedAgain, ['s-3'])
})

const refused: readonly (readonly [string, string, RegExp])[] = [
  ['brackets without end', `servers: ${'['.repeat(49_000)}`, /nested deeper/],
  ['brackets over lines', `servers:\n${'  [\n'.repeat(100_000)}`, /nested deeper/],
  [
    'levels without end',
    Array.from({ length: 2_000 }, (_, index) => `${' '.repeat(index)}a:\n`).join(''),
    /nested deeper/,
  ],
  ['dashes without end', `servers:\n  ${'- '.repeat(10_000)}x\n`, /nested deeper/],
  ['a line without end', `servers: { a: { host: "${'x'.repeat(1_000_000)}" } }`, /line of 1000028 characters/],
  ['a text without end', 'name: x\n'.repeat(600_000), /4800000 characters/],
]

for (const [name, text, message] of refused) {
  test(`${name}: refused before anything is parsed`, () => {
    const began = performance.now()
    const { findings } = checkFleet(new FleetReader().read(text))
    assert.ok(performance.now() - began < 500)
    assert.deepEqual(
      findings.map(({ code }) => code),
      ['yaml-syntax'],
    )
    assert.match(findings[0]?.message ?? '', message)
  })
}

test('what only looks deep is read', () => {
  const text = `name: x # ${'[ ]'.repeat(200)}\nload_balancer: { server: a }\nservers: { a: { workers: 2 } }\n`
  assert.deepEqual(checkFleet(new FleetReader().read(text)).findings, [])
})
