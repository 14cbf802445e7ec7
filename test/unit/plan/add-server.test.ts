import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseFleetDocument } from '../../../src/fleet/document'
import type { ObservedEquipment, ObservedVoxbridge, ServerEquipment } from '../../../src/fleet/observed'
import { applyTextEdits } from '../../../src/fleet/text'
import { addServer } from '../../../src/plan/add-server'
import { machineOfNew, readHost } from '../../../src/plan/new-server/machine'
import type { OperationArguments } from '../../../src/plan/operation'
import { bare, equipped } from './equipment'
import { growth } from './growth'
import { fixture, fleetOf, stopped } from './situation'
import { toldSteps } from './told'

const yaml = fixture('growing.fleet.yaml')
const url = 'https://core-3.example.com'
const given: OperationArguments = { server: 'core-3', host: '10.0.0.3' }

const copies = [
  'copy core-2 > core-3 /opt/voxcore',
  'copy core-2 > core-3 /opt/voxcore/.env',
  'copy core-2 > core-3 /etc/systemd/system/voxcore@.service',
  'daemon-reload core-3',
]
const starts = ['enable core-3/1', 'enable core-3/2', 'enable core-3/3', 'enable core-3/4']
const all = 'core-3/1 core-3/2 core-3/3 core-3/4'
const serves = [`ready ${all}`, `reachable ${all}`, 'write -']

test('a bare server gets everything, in the order in which nothing is told of what is not there', () => {
  const plan = growth(given)
  assert.deepEqual(plan.refusals, [])
  assert.deepEqual(toldSteps(plan), [...copies, 'set core-3 VOXCORE_WORKERS=4', ...starts, ...serves])
})

const running = { workers: Object.fromEntries([1, 2, 3, 4].map(id => [`core-3/${id}`, {}])) }
const whole: ServerEquipment = { ...equipped, boot: 'boot of the new one' }
const there = `${yaml.replace('\nvoxbridge', '  core-3: { host: 10.0.0.3, cores: 4, workers: 4 }\n\nvoxbridge')}`

interface Growing {
  readonly own?: ObservedEquipment
  readonly source?: ObservedEquipment
  readonly given?: OperationArguments
  readonly yaml?: string
  readonly voxbridge?: ObservedVoxbridge
}

const steps: readonly (readonly [
  what: string,
  growing: Growing & Parameters<typeof growth>[1],
  steps: readonly string[],
])[] = [
  [
    'what is there is not copied again',
    { own: { ...bare, directory: 'directory' } },
    [...copies.slice(1), 'set core-3 VOXCORE_WORKERS=4', ...starts, ...serves],
  ],
  [
    'all is there but the workers',
    {
      own: { ...whole, listening: [] },
      yaml: there,
      differences: { workers: Object.fromEntries([1, 2, 3, 4].map(id => [`core-3/${id}`, undefined])) },
    },
    [...starts, ...serves],
  ],
  ['its workers run, and nginx does not know them', { own: whole, yaml: there, differences: running }, serves],
  [
    'a system user is made first',
    {
      source: {
        ...equipped,
        unit: { path: '/lib/systemd/system/voxcore@.service', dropIns: true, user: 'voxcore' },
        users: { root: 0, voxcore: 998 },
      },
    },
    [
      'user core-3 voxcore',
      ...copies.slice(0, 3),
      'copy core-2 > core-3 /etc/systemd/system/voxcore@.service.d',
      'daemon-reload core-3',
      'set core-3 VOXCORE_WORKERS=4',
      ...starts,
      ...serves,
    ],
  ],
  [
    'a user that is there already is not made',
    {
      own: { ...bare, users: { root: 0, voxcore: 1 } },
      source: { ...equipped, unit: { path: '/x', dropIns: false, user: 'voxcore' }, users: { voxcore: 998 } },
    },
    [...copies, 'set core-3 VOXCORE_WORKERS=4', ...starts, ...serves],
  ],
  [
    'the install command runs after the copies',
    { yaml: yaml.replace('load_balancer:', 'service: { install: ./install.sh }\nload_balancer:') },
    [...copies, 'install core-3 ./install.sh', 'set core-3 VOXCORE_WORKERS=4', ...starts, ...serves],
  ],
  [
    'an install command that did not succeed runs again',
    {
      own: { ...whole, installPending: true, listening: [] },
      yaml: there.replace('load_balancer:', 'service: { install: ./install.sh }\nload_balancer:'),
      differences: { workers: Object.fromEntries([1, 2, 3, 4].map(id => [`core-3/${id}`, stopped])) },
    },
    ['install core-3 ./install.sh', ...starts, ...serves],
  ],
  [
    'other calls than the source has are set before the workers start',
    { given: { ...given, calls: 2, workers: 4 } },
    [...copies, 'set core-3 MAX_CONCURRENT_CALLS=2', 'set core-3 VOXCORE_WORKERS=4', ...starts, ...serves],
  ],
  [
    'workers that listen on loopback only are told to listen everywhere',
    { source: { ...equipped, listening: [{ address: '127.0.0.1', port: 8001 }] } },
    [...copies, 'set core-3 VOXCORE_HOST=0.0.0.0', 'set core-3 VOXCORE_WORKERS=4', ...starts, ...serves],
  ],
  [
    "those of another brand, by that brand's variable",
    {
      source: { ...equipped, listening: [{ address: '127.0.0.1', port: 8001 }] },
      yaml: yaml.replace('load_balancer:', 'service: { workers_variable: ACME_WORKERS }\nload_balancer:'),
    },
    [...copies, 'set core-3 ACME_HOST=0.0.0.0', 'set core-3 ACME_WORKERS=4', ...starts, ...serves],
  ],
  [
    'and not at all where nobody knows the name',
    {
      source: { ...equipped, listening: [{ address: '127.0.0.1', port: 8001 }] },
      yaml: yaml.replace('load_balancer:', 'service: { workers_variable: PROCESSES }\nload_balancer:'),
    },
    [...copies, 'set core-3 PROCESSES=4', ...starts, ...serves],
  ],
  [
    'a URL of its own is registered last',
    { given: { ...given, url }, voxbridge: { reachable: true, urls: [], unhealthy: {} } },
    [...copies, 'set core-3 VOXCORE_WORKERS=4', ...starts, ...serves, `register ${url}`],
  ],
]
for (const [what, growing, wanted] of steps)
  test(what, () => {
    const plan = growth(growing.given ?? given, growing)
    assert.deepEqual(plan.refusals, [])
    assert.deepEqual(toldSteps(plan), wanted)
  })

const refused: readonly (readonly [what: string, growing: Growing & Parameters<typeof growth>[1], message: RegExp])[] =
  [
    [
      'it cannot be reached',
      { own: { reachable: false, message: 'connection timed out' } },
      /^core-3 cannot be reached: connection timed out$/,
    ],
    ['it has no systemd', { own: { ...bare, systemd: false } }, /is not running systemd/],
    ['it lacks tools', { own: { ...bare, missingTools: ['tar', 'flock'] } }, /has no tar and flock/],
    [
      'it is another architecture',
      { own: { ...bare, architecture: 'aarch64' } },
      /core-3 is aarch64 and core-2 is x86_64/,
    ],
    ['its disk is too small', { own: { ...bare, free: 100_000_000 } }, /has 100 MB free .* needs 48 MB plus 210 MB/],
    ['it is the source itself', { own: { ...bare, boot: equipped.boot } }, /core-3 is the same machine as core-2/],
    [
      'a port is taken',
      { own: { ...bare, listening: [{ address: '127.0.0.1', port: 8002 }] } },
      /port 8002 of core-3 is taken/,
    ],
    [
      'the source cannot be reached',
      { source: { reachable: false, message: 'no route' } },
      /core-3 lacks \/opt\/voxcore, .* and core-2 cannot be reached to copy it from: no route/,
    ],
    [
      'the source has nothing to copy',
      { source: { ...bare, boot: 'x' } },
      /core-2 has no directory \/opt\/voxcore, file .*\.env or unit voxcore@\.service/,
    ],
    [
      'workers run as a person',
      { source: { ...equipped, unit: { path: '/x', dropIns: false, user: 'anna' }, users: { anna: 1000 } } },
      /workers run as anna, which is a person's account on core-2 \(uid 1000\)/,
    ],
  ]
for (const [what, growing, message] of refused)
  test(`refused: ${what}`, () => {
    const plan = growth(given, growing)
    assert.match(plan.refusals.map(refusal => refusal.message).join('; '), message)
    assert.deepEqual([plan.steps, plan.leftForYou], [[], undefined])
  })

const warned: readonly (readonly [what: string, growing: Growing & Parameters<typeof growth>[1], message: RegExp])[] = [
  [
    'another distribution',
    { own: { ...bare, system: 'Debian GNU/Linux 11' } },
    /Debian GNU\/Linux 11.*may need other packages/,
  ],
  [
    'another architecture, with an install command',
    {
      own: { ...bare, architecture: 'aarch64' },
      yaml: yaml.replace('load_balancer:', 'service: { install: make }\nload_balancer:'),
    },
    /must rebuild/,
  ],
  ['other cores than the file says', { given: { ...given, cores: 8 } }, /has 4 cores, and fleet.yaml says 8/],
  ['more calls than the cores carry', { given: { ...given, workers: 8 } }, /4 cores can carry about 20/],
  [
    'loopback only',
    { source: { ...equipped, listening: [{ address: '::1', port: 8001 }] } },
    /listen only on its loopback/,
  ],
  [
    'loopback only, where nobody knows the variable',
    {
      source: { ...equipped, listening: [{ address: '::1', port: 8001 }] },
      yaml: yaml.replace('load_balancer:', 'service: { workers_variable: PROCESSES }\nload_balancer:'),
    },
    /listen only on its loopback, and so would those of core-3: have them listen on an address of the network/,
  ],
  ['VoxBridge cannot be asked', { given: { ...given, url } }, /VoxBridge is not told/],
]
for (const [what, growing, message] of warned)
  test(`warned of: ${what}`, () => {
    const plan = growth(growing.given ?? given, growing)
    assert.deepEqual(plan.refusals, [])
    assert.match(plan.warnings.join('; '), message)
  })

const edits: readonly (readonly [what: string, given: OperationArguments, lines: string])[] = [
  ['cores are found, workers are what they carry', given, 'host: 10.0.0.3\n    cores: 4\n    workers: 4\n'],
  [
    'a host with user and port',
    { server: 'core-3', host: 'ada@10.0.0.3:2222' },
    'host: 10.0.0.3\n    cores: 4\n    workers: 4\n    ssh: { user: ada, port: 2222 }\n',
  ],
  ['no host: the name is one', { server: 'core-3', workers: 1 }, 'cores: 4\n    workers: 1\n'],
  [
    'all of it',
    { server: 'core-3', host: 'c3', address: '10.0.0.3', workers: 3, cores: 4, calls: 2, url: `${url}/` },
    `host: c3\n    address: 10.0.0.3\n    cores: 4\n    workers: 3\n    max_concurrent_calls: 2\n    url: ${url}\n`,
  ],
  [
    'an IPv6 address in brackets, and a host without',
    { server: 'core-3', host: '[2001:db8::3]', address: '2001:db8::9' },
    'host: 2001:db8::3\n    address: "[2001:db8::9]"\n    cores: 4\n    workers: 4\n',
  ],
  [
    'fewer calls a worker, more workers',
    { ...given, calls: 1 },
    'host: 10.0.0.3\n    cores: 4\n    workers: 20\n    max_concurrent_calls: 1\n',
  ],
]
for (const [what, wanted, lines] of edits)
  test(`the edit: ${what}`, () => {
    const plan = growth(wanted)
    assert.equal(applyTextEdits(yaml, plan.edits), yaml.replace('\nvoxbridge', `\n  core-3:\n    ${lines}\nvoxbridge`))
  })

test('an address that nginx has already is refused for a worker that is not there, before anything is edited', () => {
  const known = { server: 'core-3', host: 'c3', address: '10.0.0.2', workers: 2 }
  assert.throws(
    () => growth(known),
    /core-1 has 10\.0\.0\.2:8001 and 10\.0\.0\.2:8002 in upstream voxcore_workers already/,
  )
})

test('a server that is in the file is not edited, and arguments that say otherwise are refused', () => {
  const edit = (wanted: OperationArguments) =>
    addServer.edit?.(parseFleetDocument(there), fleetOf(there), wanted, {
      at: 0,
      loadBalancer: { reachable: false, message: '' },
      servers: {},
    })
  assert.deepEqual(edit(given), [])
  assert.deepEqual(edit({ ...given, workers: 4 }), [])
  assert.throws(() => edit({ ...given, host: '10.0.0.4' }), /in fleet.yaml already, and its host is 10.0.0.3 there/)
  assert.throws(() => edit({ ...given, workers: 2 }), /its workers is 4 there/)
})

const hosts: readonly (readonly [text: string, host: object | undefined])[] = [
  ['10.0.0.3', { host: '10.0.0.3' }],
  ['core-3.example.com', { host: 'core-3.example.com' }],
  ['ada@core-3', { user: 'ada', host: 'core-3' }],
  ['core-3:2222', { host: 'core-3', port: 2222 }],
  ['ada@[2001:db8::3]:2222', { user: 'ada', host: '2001:db8::3', port: 2222 }],
  ['2001:db8::3', { host: '2001:db8::3' }],
  ['core-3:0', undefined],
  ['core-3:70000', undefined],
  ['-oProxyCommand=x', undefined],
  ['two words', undefined],
  ['', undefined],
]
for (const [text, host] of hosts)
  test(`the host "${text}"`, () => {
    if (host) assert.deepEqual(readHost(text), host)
    else assert.throws(() => readHost(text), /is not a valid host/)
  })

test('the new server is reached as fleet.yaml will say: one connection serves before and after the edit', () => {
  const text = yaml.replace('load_balancer:', 'ssh: { user: deploy, port: 2200, proxy_jump: bastion }\nload_balancer:')
  const before = machineOfNew(fleetOf(text), { server: 'core-3', host: 'ada@10.0.0.3:2222' })
  const after = fleetOf(
    `${text.replace('\nvoxbridge', '  core-3: { host: 10.0.0.3, ssh: { user: ada, port: 2222 } }\n\nvoxbridge')}`,
  ).servers[2]
  assert.equal(JSON.stringify(before), JSON.stringify({ name: after?.name, host: after?.host, ssh: after?.ssh }))
})

test('what is left for the operator is told, with values', () => {
  const left = growth({ ...given, url, workers: 20, calls: 1 }).leftForYou?.join('\n') ?? ''
  assert.match(left, /fleet-ops run register --server core-3/)
  assert.match(left, /add-fleet\.sh core-3\.example\.com/)
  assert.match(left, /at most 16 workers per server, and core-3 has 20/)
  assert.match(left, /FLEET_URLS/)
  assert.match(left, /Allow only core-1 to reach the workers' ports of core-3/)
})
