import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { checkFleet } from '../../../src/fleet/check'
import { parseFleetDocument } from '../../../src/fleet/document'
import { isFleetFile } from '../../../src/fleet/is-fleet-file'

const folders = ['test/unit/fleet/fixtures/good', 'test/unit/fleet/fixtures/bad']
const texts = folders.flatMap(folder => readdirSync(folder).map(name => readFileSync(`${folder}/${name}`, 'utf8')))

/** Whatever the text: an answer, in time, with every range inside it. */
function checkAnyText(text: string, milliseconds = 1_000): void {
  const began = performance.now()
  const document = parseFleetDocument(text)
  const { findings } = checkFleet(document)
  isFleetFile('fleet.yaml', text)
  for (const { range, fixes, related } of findings) {
    for (const { start, end } of [
      range,
      ...related.map(place => place.range),
      ...fixes.flatMap(fix => fix.edits.map(edit => edit.range)),
    ]) {
      assert.ok(start >= 0 && start <= end && end <= text.length, `${start}-${end} of ${text.length}`)
    }
  }
  document.pathAt(Math.floor(text.length / 2))
  assert.ok(performance.now() - began < milliseconds, 'the text took too long')
}

const pieces = [
  '\t',
  '\r\n',
  '{',
  '}',
  '[',
  ']',
  ':',
  '- ',
  '&a ',
  '*a',
  '<<: *a',
  '"',
  "'",
  '#',
  '|',
  '>',
  '\u{1F600}',
  '\0',
  '\uFEFF',
  '---\n',
  '...',
  '? ',
  '!!binary ',
  '<<<<<<< HEAD\n',
]

test('real files, mutated thousands of ways, are answered', () => {
  const mutation = fc.record({
    text: fc.constantFrom(...texts),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    remove: fc.nat(40),
    insert: fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 12 })),
  })
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), mutations => {
      let text = mutations[0]?.text ?? ''
      for (const { at, remove, insert } of mutations) {
        const start = Math.floor(at * text.length)
        text = text.slice(0, start) + insert + text.slice(start + remove)
      }
      checkAnyText(text)
    }),
    { numRuns: 3_000 },
  )
})

const bomb = `a: &a [${Array(9).fill('lol').join(', ')}]\n${[...'bcdefghij']
  .map(
    (key, index) =>
      `${key}: &${key} [${Array(9)
        .fill(`*${String.fromCharCode(97 + index)}`)
        .join(', ')}]`,
  )
  .join('\n')}\n`

const oddities: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['a byte order mark', '\uFEFFname: x\n'],
  ['CRLF', 'name: x\r\nload_balancer: { server: a }\r\nservers: { a: { workers: 1 } }\r\n'],
  ['one line of a megabyte', `name: ${'x'.repeat(1e6)}`],
  ['a megabyte of brackets', '['.repeat(50_000)],
  ['several documents', 'name: a\n---\nname: b\n'],
  [
    'names of the prototype',
    '__proto__: { a: 1 }\nservers: { constructor: {}, toString: { workers: 1 } }\nload_balancer: { server: hasOwnProperty }',
  ],
  ['keys that are no text', '{ ? [a] : b, 1: 2, null: 3, servers: { 1: { workers: x } } }'],
  [
    'a secret that is merged in',
    'x: &x { token: hunter2, address: 127.0.0.1 }\nservers:\n  a: { <<: *x }\n  b: *x\nload_balancer: { server: c, token: [*x] }\n',
  ],
  ['a bomb of aliases', bomb],
]

for (const [name, text] of oddities) test(`${name} is answered`, () => checkAnyText(text, 2_000))

const merges = Array.from({ length: 30 }, (_, index) => {
  const nine = Array(9).fill(`*x${index}`).join(', ')
  return `x${index + 1}: &x${index + 1} { <<: [${nine}] }\n`
})

/** Each with what its finding underlines. */
const bombs: readonly (readonly [string, string, string])[] = [
  ['a bomb of aliases', bomb, '*'],
  ['a list of itself', 'name: x\nservers: &a [*a, *a, *a, *a, *a, *a, *a, *a, *a]\n', '*'],
  ['a map of itself', 'name: x\nservers: &a { b: *a, c: *a, d: *a, e: *a, f: *a }\n', '*'],
  ['a map merged into itself', 'servers: &a\n  <<: *a\n  core-1: {}\n', '*'],
  ['a bomb of merges', `x0: &x0 { a: 1 }\n${merges.join('')}`, '*'],
  [
    'one long list ninety times',
    `a: &a [${Array(3_000).fill(1).join(', ')}]\n${Array.from({ length: 90 }, (_, index) => `b${index}: *a\n`).join('')}`,
    '*',
  ],
  ['an anchor that is not there', 'name: *production\nservers: {}\n', '*production'],
]

for (const [name, text, underlined] of bombs) {
  test(`${name} is refused at once, where it stands`, () => {
    checkFleet(parseFleetDocument(text))
    const memory = process.memoryUsage()
    // The processor's time: what else the machine does is not the bomb's fault.
    const before = process.cpuUsage()
    const { findings } = checkFleet(parseFleetDocument(text))
    const { user, system } = process.cpuUsage(before)
    assert.ok(user + system < 100_000, `${user + system} µs`)
    const { rss } = process.memoryUsage()
    assert.ok(rss - memory.rss < 50 * 2 ** 20, `${rss - memory.rss} bytes`)
    const [finding, ...more] = findings
    assert.equal(finding?.code, 'yaml-syntax')
    assert.deepEqual(more, [])
    assert.equal(text.slice(finding.range.start, finding.range.end), underlined)
  })
}

const files: readonly (readonly [boolean, string, string])[] = [
  [true, '/fleets/fleet.yaml', 'name: x\nservers:\n'],
  [true, '/fleets/fleet.yml', 'load_balancer: {}'],
  [true, 'C:\\fleets\\east.fleet.yaml', '# east\n"servers": {}\n'],
  [true, '/fleets/fleet.yaml', ''],
  [true, '/fleets/fleet.yaml', '# nothing yet\n\n'],
  [true, '/fleets/fleet.yaml', '\uFEFFservers:\n'],
  [false, '/fleets/fleet.yaml', 'namespace: prod\nhelm:\n  releaseName: x\n'],
  [false, '/fleets/fleet.yaml', 'spec:\n  servers: 3\n'],
  [true, '/fleets/fleet.yaml', '{\n  "name": "p",\n  "servers": { "a": {} }\n}\n'],
  [true, '/fleets/fleet.yaml', '  name: p\n  server: nope\n  load_balancer: {}\n'],
  [true, '/fleets/fleet.yaml', '--- {name: p, servers: {a: {}}}\n'],
  [true, '/fleets/fleet.yaml', '---\n"servers": {}\n'],
  [true, '/fleets/fleet.yaml', '? servers\n: a: {}\n'],
  [true, '/fleets/fleet.yaml', '!!str servers: {}\n'],
  [true, '/fleets/fleet.yaml', '--- # c\n'],
  [true, '/fleets/fleet.yaml', '...\n'],
  [true, '/fleets/fleet.yaml', '%YAML 1.2\r\n---\r\n# c'],
  // Half typed, and already more than anybody would parse.
  [true, '/fleets/fleet.yaml', '{"name": "p", "servers": {"a": {"cores": '],
  [true, '/fleets/fleet.yaml', '  name: p\n  servers:\n    a: { cores: [\n'],
  [true, '/fleets/fleet.yaml', `{"name": "${'x'.repeat(60_000)}", "servers": {}}`],
  [false, '/fleets/fleet.yaml', '{"defaultNamespace": "x", "helm": {"values": {"servers": 3}}}'],
  [false, '/fleets/fleet.yaml', '{\n"helm": {\n"servers": 3\n}\n}'],
  [false, '/fleets/fleet.yaml', '- servers: 3\n'],
  [false, '/fleets/fleet.yaml', 'servers\n'],
  [false, '/fleets/fleet.yaml', 'helm:\n  values: |\n    servers:\n'],
  [false, '/fleets/fleet.yaml', '--- x\n'],
  [false, '/fleets/fleet.yaml', '{}\n'],
  [false, '/fleets/other.yaml', 'servers:\n'],
  [false, '/fleets/myfleet.yaml', 'servers:\n'],
]

for (const [ours, path, text] of files) {
  test(`${path} with ${JSON.stringify(text.slice(0, 30))} is ${ours ? '' : 'not '}ours`, () =>
    assert.equal(isFleetFile(path, text), ours))
}
