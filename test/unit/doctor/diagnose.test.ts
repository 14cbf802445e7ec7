import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stages, type Verdict } from '../../../src/doctor/check'
import { checks } from '../../../src/doctor/checks'
import { diagnose, unreached } from '../../../src/doctor/diagnose'
import { patientsOf } from '../../../src/doctor/doctor'
import type { Evidence } from '../../../src/doctor/evidence'
import type { ReachableLoadBalancer } from '../../../src/fleet/observed'
import { fixture, fleetOf } from '../plan/situation'
import { allWell, patientOf } from './evidence'

const fleet = fleetOf(fixture('two-servers.fleet.yaml'))
const live = fixture('two-servers.conf')
const core1 = patientOf(fleet, 'core-1')
const well = allWell(core1, live)
const { probe, examined } = well
assert.ok(probe && examined)

/** Each check's result by its name, in short. */
const told = (evidence: Evidence, patient = core1) =>
  Object.fromEntries(diagnose(patient, evidence).map(({ check, verdict }) => [check, verdict.kind]))

const verdictOn = (check: string, evidence: Evidence, patient = core1): Verdict | undefined =>
  diagnose(patient, evidence).find(result => result.check === check)?.verdict

test('a machine where all is as it should be has no check that is not well', () => {
  const names = [
    'resolve',
    'reach',
    'verify',
    'authenticate',
    'sudo',
    'systemd',
    'nginx',
    'env file',
    'machine',
    'health',
  ]
  assert.deepEqual(told(well), Object.fromEntries(names.map(name => [name, 'well'])))
})

test('nginx is checked on the load balancer only, and workers only where there are some', () => {
  const core2 = patientOf(fleet, 'core-2')
  assert.ok(!('nginx' in told(allWell(core2, live), core2)))
  const apart = fleetOf(fixture('two-servers.fleet.yaml').replace('  server: core-1', '  host: edge-1'))
  assert.deepEqual(
    patientsOf(apart).map(({ machine, balances }) => [machine.name, balances]),
    [
      ['edge-1', true],
      ['core-1', false],
      ['core-2', false],
    ],
  )
  const [edge] = patientsOf(apart)
  assert.ok(edge)
  assert.deepEqual(Object.keys(told(allWell(edge, live), edge)), [
    'resolve',
    'reach',
    'verify',
    'authenticate',
    'sudo',
    'nginx',
    'machine',
  ])
})

test('workers are asked from nginx where it reaches them at an address of the network', () => {
  const core2 = patientOf(fleet, 'core-2')
  const reached = allWell(core2, live)
  assert.equal(told(reached, core2).address, 'well')
  assert.ok(!('address' in told(well)), 'the loopback is its own')
  const silent = { kind: 'no-answer', reason: 'connect ECONNREFUSED 10.0.0.2:8001' } as const
  const nothing = (port: number) => ({ ...silent, reason: `nothing listens on port ${port} of 10.0.0.2` })
  const answers = new Map([...(reached.reached ?? []), [1, nothing(8001)] as const, [3, nothing(8003)] as const])
  const verdict = verdictOn('address', { ...reached, reached: answers }, core2)
  assert.ok(verdict?.kind === 'failed')
  assert.equal(
    verdict.message,
    'at 10.0.0.2 core-1 does not reach workers 1 and 3: nothing listens on its port of 10.0.0.2',
  )
  assert.match(verdict.remedy, /^Check on core-2 that workers listen on an address that core-1 reaches.*VOXCORE_HOST/)
  // A worker that does not answer for itself either is a matter of its own.
  const health = new Map([...(reached.health ?? []), [1, silent] as const, [3, silent] as const])
  assert.equal(verdictOn('address', { ...reached, reached: answers, health }, core2)?.kind, 'well')
  const { reached: _, ...unasked } = reached
  assert.equal(verdictOn('address', unasked, core2)?.kind, 'not-tried')
})

test('the list is in order: no check needs one that comes after it, and none is of an earlier stage than one before', () => {
  const names = checks.map(({ name }) => name)
  assert.equal(new Set(names).size, names.length)
  for (const [index, { needs, name }] of checks.entries())
    for (const need of needs)
      assert.ok(names.indexOf(need) >= 0 && names.indexOf(need) < index, `${name} needs ${need}`)
  const order = checks.map(({ stage }) => stages.indexOf(stage))
  assert.deepEqual(order, order.toSorted())
})

test('a connection that fails tells of the phase that it failed in; what comes after is not tried', () => {
  const phases = ['resolve', 'connect', 'host-key', 'authenticate'] as const
  const table = phases.map((phase, index) => {
    const unopened = { phase, message: 'it did not work', remedy: 'do this' }
    const { resolved } = well
    const evidence: Evidence = index === 0 ? { unopened } : { ...(resolved ? { resolved } : {}), unopened }
    return [phase, diagnose(core1, evidence)] as const
  })
  for (const [index, [phase, results]] of table.entries()) {
    const expected = results.map((_, at) => (at < index ? 'well' : at === index ? 'failed' : 'not-tried'))
    assert.deepEqual(
      results.map(({ verdict }) => verdict.kind),
      expected,
      phase,
    )
    const culprit = results[index]
    assert.deepEqual(culprit?.verdict, { kind: 'failed', message: 'it did not work', remedy: 'do this' })
    assert.ok(culprit && unreached(culprit))
    assert.equal(results.at(-1)?.verdict.message, `not tried: ${culprit.check} failed`)
  }
})

test('without root nginx and the env file are not tried, and what does not need it is', () => {
  const evidence: Evidence = {
    ...well,
    root: { phase: 'sudo', message: 'deploy cannot become root on core-1: no', remedy: 'Allow it in /etc/sudoers.d' },
  }
  assert.deepEqual(told(evidence), {
    resolve: 'well',
    reach: 'well',
    verify: 'well',
    authenticate: 'well',
    sudo: 'failed',
    systemd: 'well',
    nginx: 'not-tried',
    'env file': 'not-tried',
    machine: 'well',
    health: 'well',
  })
  assert.equal(verdictOn('nginx', evidence)?.message, 'not tried: sudo failed')
})

test('what broke in the middle is said once, by the first check that it left without an answer', () => {
  const { resolved, connected, root } = well
  const broken = { phase: 'run', message: 'The connection was lost' } as const
  const evidence = {
    ...(resolved ? { resolved } : {}),
    ...(connected ? { connected, root: root ?? true } : {}),
    broken,
  }
  const results = diagnose(core1, evidence)
  assert.deepEqual(
    results.filter(({ verdict }) => verdict.kind !== 'well').map(({ check, verdict }) => [check, verdict.message]),
    [
      ['systemd', 'The connection was lost'],
      ['nginx', 'not tried: systemd failed'],
      ['env file', 'not tried: systemd failed'],
      ['machine', 'not tried: systemd failed'],
      ['health', 'not tried: systemd failed'],
    ],
  )
})

const unit = probe.units.get(1)
assert.ok(unit)
const units = (id: number, loadState: string) => ({
  ...well,
  probe: { ...probe, units: new Map([...probe.units, [id, { ...unit, loadState }]]) },
})
const template = (state: string, loadState?: string): Evidence => ({
  ...well,
  examined: { ...examined, template: state },
  probe: {
    ...probe,
    units: new Map([...probe.units].map(([id, known]) => [id, { ...known, loadState: loadState ?? known.loadState }])),
  },
})
const nginx = (change: Partial<ReachableLoadBalancer>, said?: string): Evidence => ({
  ...well,
  examined: {
    systemd: 'running',
    template: 'disabled',
    nginxTest: said === undefined ? { result: 'passed', said: '' } : { result: 'failed', said },
  },
  probe: { ...probe, loadBalancer: { ...(probe.loadBalancer as ReachableLoadBalancer), ...change } },
})
const file = (text: string) => ({ file: { exists: true, realPath: '/x', text, sha256: '' } as const })
const environment = (change: object): Evidence => ({
  ...well,
  probe: { ...probe, server: { ...probe.server, environment: { exists: true, setsPort: false, ...change } } },
})
const health = (answers: NonNullable<Evidence['health']>): Evidence => ({
  ...well,
  health: new Map([...(well.health ?? []), ...answers]),
})

/** What is found, the check that it is about, what is said of it, and what mends it. */
const troubles: readonly (readonly [string, Evidence, string, RegExp, RegExp])[] = [
  [
    'no systemd',
    { ...well, examined: { ...examined, systemd: 'missing' } },
    'systemd',
    /systemd is not running/,
    /use a server that/,
  ],
  [
    'no template',
    template('missing', 'not-found'),
    'systemd',
    /^unit voxcore@\.service does not exist$/,
    /Install voxcore@\.service.*daemon-reload.*"unit"/,
  ],
  ['one unit masked', units(3, 'masked'), 'systemd', /^voxcore@3\.service is masked$/, /systemctl unmask voxcore@3/],
  [
    'one unit broken',
    units(2, 'bad-setting'),
    'systemd',
    /^voxcore@2\.service cannot be loaded \(bad-setting\)$/,
    /systemctl status voxcore@2/,
  ],
  ['the template masked', template('masked'), 'systemd', /voxcore@\.service is masked/, /unmask voxcore@\.service/],
  [
    'nginx missing',
    {
      ...nginx({}),
      examined: { systemd: 'running', template: 'disabled', nginxTest: { result: 'missing', said: '' } },
    },
    'nginx',
    /not installed/,
    /Install it, or name the machine/,
  ],
  ['nginx stopped', nginx({ nginxActive: false }), 'nginx', /not running/, /systemctl start nginx/],
  [
    'a configuration that is refused',
    nginx(
      {},
      '2026/01/01 00:00:00 [warn] 1#1: low\nnginx: [emerg] unknown directive "brokn" in /etc/nginx/conf.d/other.conf:1\nnginx: configuration file /etc/nginx/nginx.conf test failed',
    ),
    'nginx',
    /^nginx -t rejects the configuration: unknown directive "brokn" in \/etc\/nginx\/conf\.d\/other\.conf:1$/,
    /Fix the error it reports/,
  ],
  [
    'no upstream file',
    nginx({ file: { exists: false } }),
    'nginx',
    /file \/etc\/nginx\/conf\.d\/voxcore-upstream\.conf does not exist/,
    /Reload nginx .* writes it; .*"file"/,
  ],
  [
    'no upstream in it',
    nginx(file('upstream other { server 127.0.0.1:1; }')),
    'nginx',
    /has no upstream voxcore_workers/,
    /"upstream" under "load_balancer"/,
  ],
  [
    'two upstreams in it',
    nginx(file(`${live}\n${live.slice(live.indexOf('upstream'))}`)),
    'nginx',
    /There are 2 blocks "upstream voxcore_workers"/,
    /by hand/,
  ],
  [
    'a file that root may not read',
    {
      ...well,
      probe: {
        ...probe,
        loadBalancer: {
          reachable: false,
          message: 'The file that holds the upstream could not be read: root cannot read it',
        },
      },
    },
    'nginx',
    /could not be read/,
    /its permissions/,
  ],
  [
    'no env file',
    environment({ exists: false }),
    'env file',
    /file \/opt\/voxcore\/\.env does not exist/,
    /Copy it from a server.*"env_file"/,
  ],
  [
    'an env file that cannot be read',
    environment({ unreadable: 'root cannot read it' }),
    'env file',
    /cannot be read: root cannot/,
    /owner and permissions/,
  ],
  [
    'neither variable',
    environment({}),
    'env file',
    /does not set MAX_CONCURRENT_CALLS and VOXCORE_WORKERS/,
    /fleet-ops run set-calls/,
  ],
  [
    'a comment behind a number',
    environment({ maxCalls: '5 # five', workers: '4' }),
    'env file',
    /^\/opt\/voxcore\/\.env sets MAX_CONCURRENT_CALLS=5 # five, which is not a number$/,
    /its own line/,
  ],
  ['one variable', environment({ maxCalls: '5' }), 'env file', /does not set VOXCORE_WORKERS$/, /another name there/],
  [
    'another name of a machine before it',
    { ...well, sameAs: 'core-2' },
    'machine',
    /^core-2 and core-1 are one machine$/,
    /^Correct the host of one of them .*\.$/,
  ],
  [
    'a worker that does not run',
    health(new Map([[2, { kind: 'not-asked' }]])),
    'health',
    /^worker 2: not running$/,
    /journalctl -u voxcore@2\.service/,
  ],
  [
    'workers that do not answer',
    health(
      new Map([
        [1, { kind: 'no-answer', reason: 'no answer within 20 s' }],
        [4, { kind: 'no-answer', reason: 'no answer within 20 s' }],
        [2, { kind: 'wrong', reason: 'it answers with HTTP status 500' }],
      ]),
    ),
    'health',
    /^workers 1 and 4: no answer within 20 s; worker 2: it answers with HTTP status 500$/,
    /Check their logs/,
  ],
]

for (const [what, evidence, check, message, remedy] of troubles)
  test(`${what}: ${check} says so, and what mends it`, () => {
    const verdict = verdictOn(check, evidence)
    assert.ok(verdict?.kind === 'failed', JSON.stringify(verdict))
    assert.match(verdict.message, message)
    assert.match(verdict.remedy, remedy)
    const others = Object.entries(told(evidence)).filter(([name, kind]) => name !== check && kind !== 'well')
    assert.deepEqual(others, [])
  })
