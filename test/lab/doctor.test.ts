import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fleetOps } from './fixture/command-line'
import { freshLab, type Lab } from './fixture/lab'
import { type Operator, operatorOf } from './fixture/session'

let lab: Lab
let operator: Operator

before(async () => {
  lab = await freshLab(['core-1', 'core-2', 'core-3'])
  operator = await operatorOf(lab)
})
after(() => operator?.leave())

interface Checked {
  readonly machine: string
  readonly check: string
  readonly result: string
  readonly message: string
  readonly remedy?: string
}

async function doctor(): Promise<{ code: unknown; checks: readonly Checked[] }> {
  const run = fleetOps('doctor', '--json', operator.path)
  return { code: await run.ended, checks: JSON.parse(run.said()).checks }
}

test('doctor finds nothing on hosts that are as they should be', async () => {
  const { code, checks } = await doctor()
  assert.deepEqual(
    checks.filter(({ result }) => result !== 'well'),
    [],
  )
  assert.equal(code, 0)
})

test("a worker's journal is followed, and nothing is left of it on the server", async () => {
  const logs = fleetOps('logs', '--server', 'core-1', '--worker', '1', '--follow', operator.path)
  await logs.says(/voxcore@1|Started|worker/i)
  logs.process.kill('SIGINT')
  assert.equal(await logs.ended, 130, logs.said())
  while (await lab.succeeds('core-1', 'pgrep -x journalctl')) await new Promise(done => setTimeout(done, 100))
})

test('doctor names several faults at once, each with what mends it, and tries what does not stand on them', async () => {
  await lab.shell('core-1', 'rm /opt/voxcore/.env && echo "brokn;" >/etc/nginx/conf.d/other.conf')
  await lab.shell(
    'core-2',
    "rm /etc/sudoers.d/deploy && systemctl stop 'voxcore@*' && rm /etc/systemd/system/voxcore@.service && systemctl daemon-reload",
  )
  await lab.shell('core-3', 'systemctl stop ssh.socket ssh.service 2>/dev/null || systemctl stop ssh')

  const { code, checks } = await doctor()

  assert.equal(code, 3)
  const failed = checks.filter(({ result }) => result === 'failed')
  const expected: readonly (readonly [string, RegExp, RegExp])[] = [
    ['core-1 nginx', /unknown directive "brokn" in \/etc\/nginx\/conf\.d\/other\.conf:1/, /Fix the error it reports/],
    ['core-1 env file', /file \/opt\/voxcore\/\.env does not exist/, /Copy it from a server that has it/],
    ['core-2 sudo', /deploy cannot become root on core-2/, /\/etc\/sudoers\.d/],
    ['core-2 systemd', /unit voxcore@\.service does not exist/, /Install voxcore@\.service/],
    ['core-2 health', /workers 1, 2, 3 and 4: not running/, /fleet-ops run apply/],
    ['core-3 reach', /nothing listens there/, /Try `ssh/],
  ]
  assert.deepEqual(
    failed.map(({ machine, check }) => `${machine} ${check}`),
    expected.map(([name]) => name),
  )
  for (const [index, [name, message, remedy]] of expected.entries()) {
    assert.match(failed[index]?.message ?? '', message, name)
    assert.match(failed[index]?.remedy ?? '', remedy, name)
  }
  assert.deepEqual(
    checks.filter(({ result }) => result === 'not-tried').map(({ machine, check }) => `${machine} ${check}`),
    [
      'core-2 env file',
      'core-2 address',
      ...['verify', 'authenticate', 'sudo', 'systemd', 'env file', 'machine', 'health', 'address'].map(
        name => `core-3 ${name}`,
      ),
    ],
  )
})
