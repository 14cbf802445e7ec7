import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { checkFleet } from '../../../src/fleet/check'
import { parseFleetDocument } from '../../../src/fleet/document'
import { markDown } from '../../../src/nginx/mark-down'
import { renderUpstream } from '../../../src/nginx/render'
import { replaceUpstream } from '../../../src/nginx/replace'
import { parseConfiguration } from '../../../src/nginx/syntax'

const program = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/opt/homebrew/bin/nginx'].find(path => existsSync(path))
const skip = program ? false : 'nginx is not installed'

/** What `nginx -t` says of these lines of an http block; undefined if it is content. */
function complaint(http: string): string | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'fleet-nginx-'))
  try {
    writeFileSync(join(directory, 'http.conf'), http)
    writeFileSync(
      join(directory, 'nginx.conf'),
      'pid nginx.pid;\nerror_log error.log;\nevents {}\nhttp {\n  access_log off;\n  include http.conf;\n}\n',
    )
    const { status, stderr } = spawnSync(
      program ?? '',
      ['-p', directory, '-c', join(directory, 'nginx.conf'), '-e', 'error.log', '-t'],
      { encoding: 'utf8' },
    )
    return status === 0 ? undefined : stderr
  } finally {
    rmSync(directory, { recursive: true })
  }
}

const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined })

/** Fleets of every shape that the schema allows and that has no error, as fleet.yaml in JSON. */
const fleets = fc
  .record({
    method: fc.constantFrom(
      'least_conn',
      'round_robin',
      'ip_hash',
      'random',
      'hash $remote_addr',
      'hash $arg_id consistent',
    ),
    keepalive: optional(fc.nat(200)),
    zone: optional(fc.constantFrom('1m', '2M', '2048K')),
    max_conns: optional(fc.nat(9)),
    max_fails: optional(fc.nat(9)),
    fail_timeout: optional(fc.oneof(fc.constantFrom('10s', '1m', '2h'), fc.nat(60))),
    socket: fc.boolean(),
    addresses: fc.uniqueArray(
      fc.constantFrom('10.0.0.2', '[2001:db8::7]', '[2001:db8::8]', '192.0.2.9', '[::ffff:10.0.0.3]', '203.0.113.5'),
      { minLength: 1, maxLength: 5 },
    ),
    workers: fc.array(fc.integer({ min: 1, max: 24 }), { minLength: 5, maxLength: 5 }),
    options: fc.record(
      {
        weight: optional(fc.integer({ min: 1, max: 9 })),
        backup: fc.boolean(),
        down: fc.boolean(),
        max_conns: optional(fc.nat(5)),
      },
      { noNullPrototype: true },
    ),
  })
  .map(({ socket, addresses, workers, options, ...balancer }) => {
    const backup = options.backup && ['least_conn', 'round_robin'].includes(balancer.method)
    const used = socket ? addresses.slice(0, 1) : addresses
    return JSON.stringify({
      name: 'generated',
      ...(socket ? { service: { socket: '/tmp/voxcore_%i.sock' } } : {}),
      load_balancer: { server: 's0', ...balancer },
      servers: Object.fromEntries(
        used.map((address, index) => [
          `s${index}`,
          {
            host: `h${index}`,
            address,
            workers: (workers[index] ?? 1) + 1,
            ...(index === 0 ? { worker_options: { 1: { ...options, backup } } } : {}),
          },
        ]),
      ),
    })
  })

test('nginx takes whatever a valid fleet renders to, alone, in a messy file, and with workers marked down', {
  skip,
}, () => {
  const messy = readFileSync('test/unit/nginx/fixtures/messy.conf', 'utf8').replace(/ {4}include .*\n/, '')
  const texts = fc.sample(fleets, 300)
  const blocks = texts.map((text, index) => {
    const { fleet, findings } = checkFleet(
      parseFleetDocument(text.replace('"load_balancer":{', `"load_balancer":{"upstream":"u${index}",`)),
    )
    assert.ok(fleet, `${text}: ${findings.map(({ message }) => message).join('; ')}`)
    const block = renderUpstream(fleet)
    const all = fleet.servers.flatMap(server => server.workers)
    const half = new Set(all.slice(1, Math.ceil(all.length / 2)).map(worker => worker.upstreamAddress))
    return markDown(block, `u${index}`, index % 2 === 0 ? half : new Set())
  })
  assert.equal(complaint(blocks.join('\n')), undefined)
  assert.equal(
    complaint(replaceUpstream(messy, 'voxcore_workers', blocks[0]?.replace('u0', 'voxcore_workers') ?? '')),
    undefined,
  )
})

test('the test above can fail: nginx refuses what is wrong', { skip }, () => {
  assert.match(complaint('upstream a { keepalive 3; least_conn; server 127.0.0.1:1 backup; ip_hash; }') ?? '', /emerg/)
})

/** Words with every quoting that nginx knows. */
const words: readonly string[] = [
  `\\;x`,
  `"q\\"\\\\"`,
  `\\t`,
  `"a\\tb\\n"`,
  `^/x\\d+$`,
  `x\\"y`,
  `'d "e" f'`,
  `b$\{c}d`,
  `a$\{{b`,
  `"$\{e}"`,
  '"$"',
  'b#c',
  'b}c',
  'b\u00a0c',
  'a\vb',
  `a\\\\;`,
]

test('words are taken apart as nginx takes them apart, which quotes what it does not know', { skip }, () => {
  for (const word of words) {
    const theirs = /unknown directive "(.*)" in /s.exec(complaint(`${word} z;`) ?? '')?.[1]
    assert.equal(parseConfiguration(`${word} z;`)[0]?.words[0]?.value, theirs, word)
  }
})
