import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { checkFleet } from '../../../src/fleet/check'
import { parseFleetDocument } from '../../../src/fleet/document'
import { findingCodes } from '../../../src/fleet/finding'
import { canBeSilenced } from '../../../src/fleet/silenced'
import { applyTextEdits } from '../../../src/fleet/text'

const folder = 'test/unit/fleet/fixtures/bad'
const files = readdirSync(folder).filter(name => name.endsWith('.yaml'))

const check = (text: string) => checkFleet(parseFleetDocument(text))

/** `#! CODE "underlined text"` lines of a fixture. */
const expected = (text: string) =>
  [...text.matchAll(/^#! ([a-z-]+) "(.*)"$/gm)].map(([, code, underlined]) => `${code} "${underlined}"`)

for (const file of files) {
  test(`${file}: the findings it names, exactly where it says`, () => {
    const text = readFileSync(`${folder}/${file}`, 'utf8')
    const found = check(text).findings.map(({ code, range }) => `${code} "${text.slice(range.start, range.end)}"`)
    const missing = expected(text).filter(finding => !found.includes(finding))
    assert.ok(expected(text).length > 0)
    assert.deepEqual(missing, [], `found: ${found.join(', ')}`)
    const codes = new Set(expected(text).map(finding => finding.split(' ')[0]))
    const extra = found.filter(finding => !codes.has(finding.split(' ')[0] ?? ''))
    assert.deepEqual(file === 'missing-key.fleet.yaml' ? [] : extra, [])
  })

  test(`${file}: every fix can be applied and takes its finding away`, () => {
    const text = readFileSync(`${folder}/${file}`, 'utf8')
    for (const finding of check(text).findings) {
      for (const fix of finding.fixes) {
        const mended = applyTextEdits(text, fix.edits)
        const left = check(mended).findings.filter(
          ({ code, message }) => code === finding.code && message === finding.message,
        )
        assert.deepEqual(left, [], `${finding.code}: ${fix.title}`)
      }
    }
  })
}

test('a finding names the value that is there and what would do', () => {
  const messages = (text: string) => check(text).findings.map(({ message }) => message)
  const base = 'name: x\nload_balancer: { server: core-1 }\nservers: { core-1: { workers: 2 } }\n'
  assert.deepEqual(messages(`${base}rollout: { drain: { on_timeout: wait } }\n`), [
    '"on_timeout" cannot be wait. It is stop or restart.',
  ])
  assert.match(messages(`${base}rollout: {\n`).join(), /A bracket is not closed here/)
  assert.deepEqual(messages(`${base}servcie: {}\n`), ['Unknown key "servcie". Did you mean "service"?'])
  assert.deepEqual(messages(base.replace('core-1 }', 'core-2 }')), [
    'Unknown server "core-2". The only server is core-1. For a separate machine, set "host" instead.',
  ])
  assert.deepEqual(messages(`${base}firewall: { allow_from: [10.0.0.1, 5] }\n`), [
    'Item 2 of "allow_from" is a number, 5. It takes text, for example 10.0.0.1, 10.0.0.0/24 or 2001:db8::1.',
  ])
  assert.deepEqual(messages(`${base}voxbridge: { url: https://x.example, port: 1 }\n`), [
    'Unknown key "port". The only valid key is url.',
  ])
})

const balanced = 'name: x\nload_balancer: { server: a }\n'

/** What the first fix that a text has makes of it; undefined where there is none to be made. */
const mends: readonly (readonly [string, string, string | undefined])[] = [
  [
    'a URL of another scheme',
    `${balanced}servers: { a: { workers: 2 } }\nvoxbridge: { url: ftp://x.example }\n`,
    undefined,
  ],
  [
    'a scheme in capitals',
    `${balanced}servers: { a: { workers: 2 } }\nvoxbridge: { url: HTTPS://x.example }\n`,
    `${balanced}servers: { a: { workers: 2 } }\nvoxbridge: { url: https://x.example }\n`,
  ],
  [
    'a URL without a scheme',
    `${balanced}servers: { a: { workers: 2 } }\nvoxbridge: { url: "x.example:8443" }\n`,
    `${balanced}servers: { a: { workers: 2 } }\nvoxbridge: { url: https://x.example:8443 }\n`,
  ],
  [
    'a host in brackets, which ssh takes for a name',
    `${balanced}servers: { a: { host: "[::1]", address: 127.0.0.1, workers: 2 } }\n`,
    `${balanced}servers: { a: { host: ::1, address: 127.0.0.1, workers: 2 } }\n`,
  ],
  [
    'a host in brackets with a port',
    `${balanced}servers: { a: { host: "[::1]:2222", workers: 2 } }\n`,
    `${balanced}servers: { a: { host: ::1, workers: 2, ssh: { port: 2222 } } }\n`,
  ],
  [
    'an address without brackets, which nginx takes for one with a port',
    `${balanced}servers: { a: { address: 2001:db8::7, workers: 2 } }\n`,
    `${balanced}servers: { a: { address: "[2001:db8::7]", workers: 2 } }\n`,
  ],
  ...['0123', '1.50', '0x1F', '1e3', 'True', '12345678901234567890'].map(
    name =>
      [
        `a server called ${name}, which YAML reads as another name`,
        `name: x\nload_balancer: { host: lb }\nservers:\n  ${name}: { host: h, workers: 2 }\n`,
        `name: x\nload_balancer: { host: lb }\nservers:\n  "${name}": { host: h, workers: 2 }\n`,
      ] as const,
  ),
  [
    'a name in digits, as it is written and not as YAML reads it',
    'name: x\nload_balancer: { server: 0123 }\nservers: { "0123": { host: h, workers: 2 } }\n',
    'name: x\nload_balancer: { server: "0123" }\nservers: { "0123": { host: h, workers: 2 } }\n',
  ],
  ['a server whose name cannot stay', `${balanced}servers: { "core: 1": { workers: 2 } }\n`, undefined],
  [
    'a server whose name is text only in quotes',
    `${balanced}servers: { "1e3": { workers: 2 } }\n`,
    'name: x\nload_balancer: { server: "1e3" }\nservers: { "1e3": { workers: 2 } }\n',
  ],
  [
    'a server whose name is nothing without quotes',
    'name: x\nload_balancer: { server: "null" }\nservers: { null: { workers: 2 } }\n',
    'name: x\nload_balancer: { server: "null" }\nservers: { "null": { workers: 2 } }\n',
  ],
  [
    'the options of the only worker that has some',
    `${balanced}servers:\n  a:\n    workers: 2\n    worker_options:\n      3:\n        weight: 2\n`,
    `${balanced}servers:\n  a:\n    workers: 2\n`,
  ],
  [
    'the only key of how to log in',
    `${balanced}ssh:\n  password: hunter2hunter2\nservers: { a: { workers: 2 } }\n`,
    `${balanced}servers: { a: { workers: 2 } }\n`,
  ],
  [
    'options that others are an alias of',
    `${balanced}servers:\n  a:\n    workers: 2\n    worker_options:\n      3: &heavy { weight: 2 }\n      1: *heavy\n`,
    undefined,
  ],
  [
    'a list that is one address',
    `${balanced}servers:\n  a:\n    workers: 2 # two\nfirewall:\n  tool: ufw\n  allow_from: 10.0.0.1 # nginx\n`,
    `${balanced}servers:\n  a:\n    workers: 2 # two\nfirewall:\n  tool: ufw\n  allow_from: [10.0.0.1] # nginx\n`,
  ],
  [
    'a list without brackets',
    `${balanced}servers:\n  a:\n    workers: 2 # two\nfirewall: { tool: ufw, allow_from: "10.0.0.1, 2001:db8::1" }\n`,
    `${balanced}servers:\n  a:\n    workers: 2 # two\nfirewall: { tool: ufw, allow_from: [10.0.0.1, 2001:db8::1] }\n`,
  ],
  [
    'a share with a space in it',
    `${balanced}servers:\n  a:\n    workers: 2 # two\nrollout: { batch: 50 % } # half\n`,
    `${balanced}servers:\n  a:\n    workers: 2 # two\nrollout: { batch: 50% } # half\n`,
  ],
  [
    'a health without its slash',
    `${balanced}servers:\n  a:\n    workers: 2 # two\nservice:\n  health: health # of a worker\n`,
    `${balanced}servers:\n  a:\n    workers: 2 # two\nservice:\n  health: /health # of a worker\n`,
  ],
  [
    'a health in lines of its own',
    `${balanced}servers:\n  a:\n    workers: 2 # two\nservice:\n  health: >- # of a worker\n    health\n  port: 8000\n`,
    `${balanced}servers:\n  a:\n    workers: 2 # two\nservice:\n  health: /health # of a worker\n  port: 8000\n`,
  ],
  [
    'workers without brackets',
    `${balanced}servers: { a: { workers: "1, 2" } }\n`,
    `${balanced}servers: { a: { workers: [1, 2] } }\n`,
  ],
  [
    'a truth value in quotes',
    `${balanced}servers:\n  a:\n    workers: 2 # two\n    worker_options: { 1: { down: "false" } }\n`,
    `${balanced}servers:\n  a:\n    workers: 2 # two\n    worker_options: { 1: { down: false } }\n`,
  ],
  [
    'a mistyped method',
    `name: x\nload_balancer: { server: a, method: leastconn }\nservers:\n  a:\n    workers: 2 # two\n`,
    `name: x\nload_balancer: { server: a, method: least_conn }\nservers:\n  a:\n    workers: 2 # two\n`,
  ],
  [
    'a server and a machine of its own',
    `name: x\nload_balancer:\n  server: a # here\n  host: b\n  zone: 64k\nservers:\n  a:\n    workers: 2 # two\n`,
    `name: x\nload_balancer:\n  server: a # here\n  zone: 64k\nservers:\n  a:\n    workers: 2 # two\n`,
  ],
  [
    'a server, a machine of its own and its login',
    `name: x\nload_balancer: { server: a, host: b, ssh: { user: c } }\nservers:\n  a:\n    workers: 2 # two\n`,
    `name: x\nload_balancer: { server: a }\nservers:\n  a:\n    workers: 2 # two\n`,
  ],
  [
    'a login without a machine of its own',
    `name: x\nload_balancer:\n  server: a # here\n  ssh:\n    user: c\nservers:\n  a:\n    workers: 2 # two\n`,
    `name: x\nload_balancer:\n  server: a # here\nservers:\n  a:\n    workers: 2 # two\n`,
  ],
  [
    'a host with user and port',
    `${balanced}servers:\n  a:\n    workers: 2\n    address: 127.0.0.1\n    host: deploy@10.0.0.1:2222 # first\n`,
    `${balanced}servers:\n  a:\n    workers: 2\n    address: 127.0.0.1\n    host: 10.0.0.1 # first\n    ssh: { user: deploy, port: 2222 }\n`,
  ],
  [
    'a host with user and port, in flow style',
    `${balanced}servers: { a: { host: "ssh://deploy@10.0.0.1:2222", workers: 2 } }\n`,
    `${balanced}servers: { a: { host: 10.0.0.1, workers: 2, ssh: { user: deploy, port: 2222 } } }\n`,
  ],
  [
    'a host with user and port, beside a login',
    `${balanced}servers:\n  a:\n    workers: 2\n    address: 127.0.0.1\n    host: deploy@10.0.0.1:22\n    ssh:\n      identity_file: ~/k # ours\n`,
    `${balanced}servers:\n  a:\n    workers: 2\n    address: 127.0.0.1\n    host: 10.0.0.1\n    ssh:\n      identity_file: ~/k # ours\n      user: deploy\n      port: 22\n`,
  ],
  [
    'a host with the user that the login has',
    `${balanced}servers:\n  a:\n    workers: 2\n    address: 127.0.0.1\n    host: deploy@10.0.0.1\n    ssh: { user: deploy }\n`,
    `${balanced}servers:\n  a:\n    workers: 2\n    address: 127.0.0.1\n    host: 10.0.0.1\n    ssh: { user: deploy }\n`,
  ],
  [
    'a host with another user than the login',
    `${balanced}servers:\n  a:\n    workers: 2\n    address: 127.0.0.1\n    host: deploy@10.0.0.1\n    ssh: { user: root }\n`,
    undefined,
  ],
  [
    'a host with a user for a login that others share',
    `${balanced}servers:\n  a:\n    workers: 2\n    address: 127.0.0.1\n    host: deploy@10.0.0.1\n    ssh: &ssh { port: 22 }\n  b: { address: 10.0.0.2, workers: 2, ssh: *ssh }\n`,
    undefined,
  ],
  [
    'a host with a password',
    `${balanced}servers:\n  a:\n    workers: 2\n    address: 127.0.0.1\n    host: deploy:hunter2@10.0.0.1\n`,
    undefined,
  ],
  [
    'more workers than the memory holds',
    `${balanced}servers:\n  a:\n    memory: 2G\n    workers: 4 # four\n`,
    `${balanced}servers:\n  a:\n    memory: 2G\n    workers: 3 # four\n`,
  ],
  [
    'connections of servers that differ',
    `${balanced.replace('a }', 'a, zone: 64k, max_conns: 4 }')}servers:\n  a: { address: 127.0.0.1, workers: 2, max_concurrent_calls: 3 }\n  b: { workers: 2, max_concurrent_calls: 4 }\n`,
    undefined,
  ],
]

for (const [name, text, expected] of mends) {
  test(`the mend of ${name}`, () => {
    const [fix, ...others] = check(text).findings.flatMap(({ fixes }) => fixes)
    assert.ok(!others.some(({ title }) => title === fix?.title), 'each mend is offered once')
    assert.equal(fix && applyTextEdits(text, fix.edits), expected)
    if (expected !== undefined) assert.deepEqual(check(expected).findings, [])
  })
}

const one = `${balanced}servers: { a: { workers: 2 } }\n`

/** All that is found in a text, with what is underlined. */
const found: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'a server and a worker that stand twice, once in quotes',
    `name: x\nload_balancer: { server: "1" }\nservers:\n  1: { address: 10.0.0.1 }\n  "1": { address: 10.0.0.2, worker_options: { "2": { weight: 2 }, 2: { weight: 3 } } }\n`,
    ['yaml-syntax ""1""', 'yaml-syntax "2"'],
  ],
  [
    'a worker 0 on port 0',
    `${balanced}service: { port: 0 }\nservers: { a: { workers: [0, 1] } }\n`,
    ['port-out-of-range "0"'],
  ],
  [
    'the workers of a list that have no port',
    `${balanced}servers: { a: { workers: [1, 60000, 65000] } }\n`,
    ['unit-port "60000"', 'port-out-of-range "65000"'],
  ],
  ...['hash $', 'hash a$', 'hash $$a', 'hash a$ consistent'].map(
    method =>
      [
        `"${method}", which nginx refuses`,
        one.replace('a }', () => `a, method: ${method} }`),
        [`invalid-value "${method}"`],
      ] as const,
  ),
  [
    'servers whose names YAML does not change',
    `name: x\nload_balancer: { host: lb }\nservers: { 123: { host: a }, 1.5: { host: b }, "0123": { host: c }, '1e3': {}, true: {} }\n`,
    [],
  ],
  ...['64k', '999999k', '999m'].map(
    zone => [`a zone of ${zone}`, one.replace('a }', `a, zone: ${zone} }`), []] as const,
  ),
  ...['31k', '1000m', '9999999m'].map(
    zone => [`a zone of ${zone}`, one.replace('a }', `a, zone: ${zone} }`), [`invalid-value "${zone}"`]] as const,
  ),
  ...[107, 108].map(length => {
    const path = `/${'s'.repeat(length - 1)}`
    return [
      `a socket of ${length} characters`,
      `${balanced}servers: { a: { address: ${path}, workers: 1 }, b: { workers: 2 } }\n`,
      length > 107 ? [`invalid-address "${path}"`] : [],
    ] as const
  }),
  ['a number that stands twice in a socket', `${one}service: { socket: /run/%i/voxcore_%i.sock }\n`, []],
  [
    'sockets that are too long with the numbers in them',
    `${one}service: { socket: /${'%i'.repeat(35)}${'s'.repeat(28)} }\n`.replace('workers: 2', 'workers: [1, 100]'),
    [`invalid-address "/${'%i'.repeat(35)}${'s'.repeat(28)}"`],
  ],
  ['a hash of two variables', one.replace('a }', 'a, method: hash $remote_addr$arg_id consistent }'), []],
  ...[
    'curl -H "Authorization: Bearer abcdefghij123" https://x.example',
    'deploy --token abcdef',
    'deploy --registry-password=abcdef',
  ].map(
    command =>
      [
        `a secret in ${command}`,
        `${one}service: { install: '${command}' }\n`,
        [`secret-in-file "'${command}'"`],
      ] as const,
  ),
  ...[
    'curl -H "Authorization: Bearer $TOKEN" https://x.example',
    'deploy --token $TOKEN --password-file /run/secret',
    'deploy --token-file token.txt --password "$PASSWORD"',
    'echo bearer authentication',
  ].map(command => [`no secret in ${command}`, `${one}service: { install: '${command}' }\n`, []] as const),
  ['a secret of digits', `${one}ssh: { password: 1234 }\n`, ['unknown-key "password"', 'secret-in-file "1234"']],
  [
    'memory that cannot be read, and no count of it',
    `${balanced}service: { memory_per_worker: 0M }\nservers: { a: { memory: 1G, workers: 4 } }\n`,
    ['invalid-value "0M"'],
  ],
  [
    'a socket that cannot be read, and no ports',
    `${balanced}service: { socket: /tmp/x.sock }\nservers: { a: { workers: 12 } }\n`,
    ['invalid-value "/tmp/x.sock"'],
  ],
  [
    'a unit that cannot be read, and no ports of another',
    `${balanced}service: { unit: voxcore }\nservers: { a: { workers: 12 } }\n`,
    ['invalid-value "voxcore"'],
  ],
  [
    'half an address, which leads nowhere',
    `${balanced}servers: { a: { workers: 2 }, b: { address: "127.1", workers: 2 } }\n`,
    ['invalid-address ""127.1""'],
  ],
  [
    'a merge that was left half done',
    `<<<<<<< HEAD\nname: x\n=======\nname: y\n>>>>>>> east\n${one}`,
    ['yaml-syntax "<<<<<<< HEAD"'],
  ],
  [
    'a load balancer of its own that is a server, and not that nginx would not reach it',
    'name: x\nload_balancer: { host: a }\nservers: { a: { address: 127.0.0.1, workers: 2 } }\n',
    ['invalid-value "a"'],
  ],
  [
    'tabs, and nothing of what they make of the keys',
    'name: x\nload_balancer: { server: a }\nservers:\n\ta:\n\t\tcores: 4\n',
    ['yaml-syntax "\t"', 'yaml-syntax "\t\t"'],
  ],
  [
    'a tab, and nothing of what it makes of the lines below',
    'name: x\nload_balancer: { server: a }\nservers:\n  a:\n    workers: 2\n\tcores: 4\n  b: {}\n',
    ['yaml-syntax "\t"'],
  ],
  [
    'nothing in two merges of one map',
    `${balanced}servers: { b: &b { workers: 2 }, c: &c { cores: 4 }, a: { <<: *b, <<: *c } }\n`,
    [],
  ],
  ['a merge of no map', `${balanced}servers: { a: { <<: 5, workers: 2 } }\n`, ['yaml-syntax "5"']],
  ['a merge of nothing', `${balanced}servers: { a: { <<: , workers: 2 } }\n`, ['yaml-syntax "<<"']],
  [
    'a merge of an anchor that is not there',
    `${balanced}servers: { a: { <<: *base, workers: 2 } }\n`,
    ['yaml-syntax "*base"'],
  ],
  [
    'a server whose name is nothing',
    `${balanced}servers: { null: { workers: 2 }, a: { workers: 2 } }\n`,
    ['invalid-value "null"'],
  ],
  [
    'a key within a server whose name is an alias',
    `name: &name x\nload_balancer: { server: a }\nservers: { *name : { bogus: 1 }, a: { workers: 2 } }\n`,
    ['unknown-key "bogus"'],
  ],
  ['a map that is not closed', `${one}rollout: { batch: 1\n\n`, ['yaml-syntax "1"']],
  ['the rest of a merge', `${one.replaceAll('\n', '\r\n')}=======\r\n`, ['yaml-syntax "======="']],
]

for (const [name, text, expected] of found) {
  test(`finds ${name}`, () => {
    const findings = check(text).findings.map(({ code, range }) => `${code} "${text.slice(range.start, range.end)}"`)
    assert.deepEqual(findings, expected)
  })
}

test('no message can drive a terminal, or turn what follows around', () => {
  const text = [
    'name: "\\e]0;PWNED\\a\\e[31mx"',
    'load_balancer: { server: "\\e[1ma", template: "../\\u202egnp.njk" }',
    'servers: { a: { address: "\\e[2Jx", workers: 2 }, "\\e[3mb": { cores: x } }',
    '"\\e[31mkey": *\u009banchor',
    '',
  ].join('\n')
  const { findings } = check(text)
  const values = check(text.replace('*\u009banchor', '"\\e[4m"')).findings
  for (const { message } of [...findings, ...values]) assert.doesNotMatch(message, /\p{Cc}|\p{Bidi_Control}/u)
  assert.ok(values.some(({ message }) => message.includes('\\u001b]0;PWNED\\u0007\\u001b[31mx')))
})

test('a comment above silences one code on the next line, and no other', () => {
  const text = (comment: string) =>
    `name: x\nload_balancer: { server: core-1 }\nservers:\n  core-1:\n    cores: 1\n    ${comment}\n    workers: 4\n`
  const codes = (comment: string) => check(text(comment)).findings.map(({ code }) => code)
  assert.deepEqual(codes('# four workers'), ['server-over-cores'])
  assert.deepEqual(codes('# fleet-ops-disable-next-line server-over-cores'), [])
  assert.deepEqual(codes('# fleet-ops-disable-next-line worker-over-core'), ['server-over-cores'])
})

test('what cannot be silenced is said all the same, and docs/findings.md names it', () => {
  const text = `name: x\nload_balancer:\n  server: core-1\n  # fleet-ops-disable-next-line unsafe-template\n  template: ../out.njk\nservers: { core-1: {} }\n`
  assert.deepEqual(
    check(text).findings.map(({ code }) => code),
    ['unsafe-template'],
  )
  const [, sentence = ''] = /These cannot be silenced,(.*?)\n\n/s.exec(readFileSync('docs/findings.md', 'utf8')) ?? []
  assert.deepEqual(
    [...sentence.matchAll(/`([a-z-]+)`/g)].map(([, code]) => code),
    findingCodes.filter(code => !canBeSilenced(code)),
  )
})

test('every code of a rule and of the schema has a fixture', () => {
  const shown = new Set(
    files.flatMap(file => expected(readFileSync(`${folder}/${file}`, 'utf8'))).map(finding => finding.split(' ')[0]),
  )
  assert.deepEqual(
    findingCodes.filter(code => !shown.has(code)),
    [],
  )
})

test('no message repeats a secret', () => {
  const text = readFileSync(`${folder}/secret-in-file.fleet.yaml`, 'utf8')
  for (const { message } of check(text).findings) assert.doesNotMatch(message, /hunter2|letmein/)
})

test('every code has a section in docs/findings.md', () => {
  const headings = [...readFileSync('docs/findings.md', 'utf8').matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)
  assert.deepEqual(headings, [...findingCodes])
})
