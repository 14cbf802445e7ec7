import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type CallCount, holdCalls } from '../fixture/calls'
import { nginxServes } from '../fixture/hosts'
import { freshLab, type Lab } from '../fixture/lab'
import { type Operator, operatorOf } from '../fixture/session'
import { driftOf, linesOf } from './fleet-state'

// The same software under another brand: other unit, folder, variables, ports and upstream. Whoever operates it has a password for
// sudo, which lectures first.

const file = '/etc/nginx/conf.d/callcore.conf'
let lab: Lab
let operator: Operator
const asked: string[] = []
const lines = () => linesOf(lab, file)
const local = (id: number) => `127.0.0.1:${9000 + id}`
const remote = (id: number) => `${lab.address('core-2')}:${9000 + id}`

const brand = `mkdir -p /opt/callcore
printf '#!/bin/sh\\nexport VOXCORE_PORT=$((9000 + CALLCORE_WORKER)) MAX_CONCURRENT_CALLS=$CALLCORE_CALLS VOXCORE_WORKERS=$CALLCORE_WORKERS\\nexec python3 -I /opt/voxcore/voxcore/app.py\\n' >/opt/callcore/run.sh
chmod 755 /opt/callcore/run.sh
printf 'export CALLCORE_KEY="never-print-me"\\nCALLCORE_CALLS="3"\\r\\nCALLCORE_WORKERS=2' >/opt/callcore/environment
sed -e 's/VOXCORE_WORKER=%i/CALLCORE_WORKER=%i/; s#/opt/voxcore/.env#/opt/callcore/environment#; s#/opt/voxcore/scripts/run_worker.sh#/opt/callcore/run.sh#; s#VoxCore#CallCore#' /etc/systemd/system/voxcore@.service >/etc/systemd/system/callcore@.service
printf 'Defaults lecture=always\\n' >/etc/sudoers.d/lecture; chmod 440 /etc/sudoers.d/lecture
systemctl daemon-reload; systemctl disable --quiet --now voxcore@1 voxcore@2 voxcore@3 voxcore@4
systemctl enable --quiet --now callcore@1 callcore@2`

before(async () => {
  lab = await freshLab()
  for (const host of ['core-1', 'core-2']) await lab.shell(host, brand)
  await lab.shell(
    'core-1',
    'rm /etc/nginx/conf.d/voxcore-upstream.conf; sed -i "s/voxcore_workers/callcore_backend/" /etc/nginx/sites-available/default',
  )
  const { facts } = lab
  operator = await operatorOf(
    lab,
    `name: other-brand
service:
  unit: callcore@
  port: 9000
  directory: /opt/callcore
  env_file: /opt/callcore/environment
  max_calls_variable: CALLCORE_CALLS
  workers_variable: CALLCORE_WORKERS
  max_concurrent_calls: 3
ssh: { user: oncall, identity_file: ${facts.key}, known_hosts_file: ${facts.knownHosts} }
load_balancer: { server: core-1, upstream: callcore_backend, file: ${file}, zone: 64k }
servers:
  core-1: { host: ${lab.address('core-1')}, address: 127.0.0.1, cores: 4, workers: 2 }
  core-2: { host: ${lab.address('core-2')}, cores: 4, workers: 2 }
rollout: { batch: 50%, drain: { timeout: 20s }, ready: { timeout: 15s, checks: 2 } }
`,
    async ({ reason, machine }) => {
      asked.push(`${machine}: ${reason}`)
      return 'oncall'
    },
  )
})
after(() => operator?.leave())

async function runs(name: string, given = {}): Promise<void> {
  const { outcome, output } = await operator.run(name, given)
  assert.deepEqual(outcome, { kind: 'done' }, output.join('\n'))
  assert.doesNotMatch(output.join('\n'), /never-print-me|lecture|respect the privacy/i)
}
const inWords = ({ started, completed, dropped, refused }: CallCount) =>
  `${started} calls: ${completed} completed, ${dropped} dropped, ${refused} refused`

test('reload creates the file of the upstream that is not there yet', async () => {
  await runs('reload')
  assert.deepEqual(await lines(), [local(1), local(2), remote(1), remote(2)])
  assert.ok(await nginxServes(lab))
  assert.deepEqual(await driftOf(operator), [])
  assert.match(
    [...asked].sort().join('\n'),
    /^core-1: .*sudo.*\ncore-2: .*sudo.*$/,
    'the password is asked for once a server',
  )
})

test('add-worker sets the variable in a file with quotes, CRLF and no last newline, and starts the worker', async () => {
  await runs('add-worker', { server: 'core-2', count: 1 })
  assert.deepEqual(await lines(), [local(1), local(2), remote(1), remote(2), remote(3)])
  const environment = await lab.shell('core-2', 'cat /opt/callcore/environment')
  assert.equal(environment, 'export CALLCORE_KEY="never-print-me"\nCALLCORE_CALLS="3"\r\nCALLCORE_WORKERS=3')
  assert.deepEqual(await driftOf(operator), [])
})

test('a rolling restart by halves drops no call', async context => {
  const calls = holdCalls({ host: lab.address('core-1'), concurrent: 4, seconds: 1.5 })
  context.after(() => calls.stop())
  await calls.reached(4)
  await runs('rolling-restart')
  const count = await calls.stop()
  context.diagnostic(inWords(count))
  assert.equal(count.dropped + count.refused, 0, inWords(count))
})

test('drain and undrain a worker', async () => {
  await runs('drain', { server: 'core-2', worker: 3 })
  assert.deepEqual((await lines()).at(-1), `${remote(3)} down`)
  await runs('undrain', { server: 'core-2', worker: 3 })
  assert.deepEqual((await lines()).at(-1), remote(3))
})

test('remove-worker drains the last worker, stops it and takes it out of nginx and of the file', async () => {
  await runs('remove-worker', { server: 'core-2' })
  assert.deepEqual(await lines(), [local(1), local(2), remote(1), remote(2)])
  assert.match(await lab.shell('core-2', 'systemctl is-active callcore@3 || true'), /^inactive$/m)
  assert.deepEqual(await driftOf(operator), [])
})

test('set-calls changes the variable of the brand', async () => {
  await runs('set-calls', { server: 'core-1', calls: 4 })
  assert.match(await lab.shell('core-1', 'cat /opt/callcore/environment'), /^CALLCORE_CALLS="4"\r$/m)
  const { worker_max } = JSON.parse(await lab.shell('core-1', 'curl -fs 127.0.0.1:9001/health'))
  assert.equal(worker_max, 4)
})

test('apply mends what somebody has changed by hand', async () => {
  await lab.shell('core-2', 'systemctl disable --quiet --now callcore@2')
  await lab.shell('core-1', `sed -i '/:9002/d' ${file}; systemctl reload nginx`)
  assert.ok((await driftOf(operator)).length >= 2)
  await runs('apply')
  assert.deepEqual(await driftOf(operator), [])
  assert.deepEqual([...(await lines())].sort(), [remote(1), remote(2), local(1), local(2)].sort())
  assert.ok(await nginxServes(lab))
})
