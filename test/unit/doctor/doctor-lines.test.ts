import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { type CheckResult, diagnose } from '../../../src/doctor/diagnose'
import { checkLines, doctorJson, machineLines, summaryLines } from '../../../src/doctor/doctor-lines'
import type { Evidence } from '../../../src/doctor/evidence'
import { plainText } from '../../../src/plan/styled-text'
import { fixture, fleetOf } from '../plan/situation'
import { allWell, patientOf } from './evidence'

const fleet = fleetOf(fixture('two-servers.fleet.yaml'))
const live = fixture('two-servers.conf')
const core1 = patientOf(fleet, 'core-1')
const core2 = patientOf(fleet, 'core-2')

const revoked: Evidence = {
  ...allWell(core1, live),
  root: {
    phase: 'sudo',
    message: 'deploy cannot become root on core-1: deploy is not in the sudoers file',
    remedy: 'Allow it in /etc/sudoers.d on core-1, or set another "user" under "ssh".',
  },
  health: new Map([[1, { kind: 'no-answer', reason: 'nothing listens on port 8001' }]]),
}
const cut: Evidence = {
  resolved: { user: 'deploy', hostName: '10.0.0.2', port: 22, through: 'through bastion' },
  unopened: {
    phase: 'connect',
    message: '10.0.0.2:22 could not be reached: it did not answer within 15 s',
    remedy: 'Try `ssh -p 22 deploy@10.0.0.2`.',
  },
}

const fleets: Readonly<Record<string, readonly CheckResult[]>> = {
  well: [...diagnose(core1, allWell(core1, live)), ...diagnose(core2, allWell(core2, live))],
  troubled: [...diagnose(core1, revoked), ...diagnose(core2, cut)],
}

for (const [name, results] of Object.entries(fleets))
  test(`a fleet that is ${name} reads as in its golden file`, () => {
    const machines = [...new Set(results.map(({ machine }) => machine))]
    const lines = machines.flatMap(machine => [
      ...machineLines(fleet, machine),
      ...results.filter(result => result.machine === machine).flatMap(checkLines),
    ])
    const text = plainText([...lines, ...summaryLines(results)])
    const path = `test/unit/doctor/fixtures/${name}.txt`
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, text)
    assert.equal(text, readFileSync(path, 'utf8'))
  })

test('as JSON each check is a record with its machine, its result and its mend', () => {
  const { fleet: name, checks } = JSON.parse(doctorJson(fleet, fleets.troubled ?? []))
  assert.equal(name, 'production')
  assert.deepEqual(checks[4], {
    machine: 'core-1',
    check: 'sudo',
    result: 'failed',
    message: 'deploy cannot become root on core-1: deploy is not in the sudoers file',
    remedy: 'Allow it in /etc/sudoers.d on core-1, or set another "user" under "ssh".',
  })
  assert.deepEqual(checks.at(-1), {
    machine: 'core-2',
    check: 'address',
    result: 'not-tried',
    message: 'not tried: reach failed',
  })
})

test('no line breaks, whatever a server has said', () => {
  const verdict = { kind: 'failed', message: 'one\ntwo', remedy: 'mend' } as const
  const [head] = checkLines({ machine: 'core-1', check: 'nginx', stage: 'probe', verdict })
  assert.match(plainText([head ?? []]), /one two\n$/)
})
