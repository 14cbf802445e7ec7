import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { freshLab } from '../fixture/lab'
import { operatorOf } from '../fixture/session'
import type { FleetKind } from './fleet-kind'
import { testOperations } from './operations'

// The same software under another brand: other unit, folder, variables, ports and upstream. Whoever operates it has a password for
// sudo, which lectures first.

const upstreamFile = '/etc/nginx/conf.d/callcore.conf'
const environment = '/opt/callcore/environment'
let fleet: FleetKind
const asked: string[] = []

const brand = `mkdir -p /opt/callcore
printf '#!/bin/sh\\nexport VOXCORE_PORT=$((9000 + CALLCORE_WORKER)) MAX_CONCURRENT_CALLS=$CALLCORE_CALLS VOXCORE_WORKERS=$CALLCORE_WORKERS\\nexec python3 -I /opt/voxcore/voxcore/app.py\\n' >/opt/callcore/run.sh
chmod 755 /opt/callcore/run.sh
printf 'export CALLCORE_KEY="never-print-me"\\nCALLCORE_CALLS="3"\\r\\nCALLCORE_WORKERS=2' >/opt/callcore/environment
sed -e 's/VOXCORE_WORKER=%i/CALLCORE_WORKER=%i/; s#/opt/voxcore/.env#/opt/callcore/environment#; s#/opt/voxcore/scripts/run_worker.sh#/opt/callcore/run.sh#; s#VoxCore#CallCore#' /etc/systemd/system/voxcore@.service >/etc/systemd/system/callcore@.service
printf 'Defaults lecture=always\\n' >/etc/sudoers.d/lecture; chmod 440 /etc/sudoers.d/lecture
systemctl daemon-reload; systemctl disable --quiet --now voxcore@1 voxcore@2 voxcore@3 voxcore@4
systemctl enable --quiet --now callcore@1 callcore@2`

before(async () => {
  const lab = await freshLab()
  for (const host of ['core-1', 'core-2']) await lab.shell(host, brand)
  await lab.shell(
    'core-2',
    `systemctl enable --quiet --now callcore@3; sed -i 's/^CALLCORE_WORKERS=.*/CALLCORE_WORKERS=3/' ${environment}`,
  )
  await lab.shell(
    'core-1',
    'rm /etc/nginx/conf.d/voxcore-upstream.conf; sed -i "s/voxcore_workers/callcore_backend/" /etc/nginx/sites-available/default',
  )
  const { facts } = lab
  const operator = await operatorOf(
    lab,
    `name: other-brand
service:
  unit: callcore@
  port: 9000
  directory: /opt/callcore
  env_file: ${environment}
  max_calls_variable: CALLCORE_CALLS
  workers_variable: CALLCORE_WORKERS
  max_concurrent_calls: 3
ssh: { user: oncall, identity_file: ${facts.key}, known_hosts_file: ${facts.knownHosts} }
load_balancer: { server: core-1, upstream: callcore_backend, file: ${upstreamFile}, zone: 64k }
servers:
  core-1: { host: ${lab.address('core-1')}, address: 127.0.0.1, cores: 4, workers: 2 }
  core-2: { host: ${lab.address('core-2')}, cores: 4, workers: 3 }
rollout: { batch: 50%, drain: { timeout: 20s }, ready: { timeout: 15s, checks: 2 } }
`,
    async ({ reason, machine }) => {
      asked.push(`${machine}: ${reason}`)
      return 'oncall'
    },
  )
  const at = (address: string) => (id: number) => `${address}:${9000 + id}`
  const [local, line] = [at('127.0.0.1'), at(lab.address('core-2'))]
  fleet = {
    lab,
    operator,
    environment: { FLEET_OPS_SUDO_PASSWORD: 'oncall' },
    upstreamFile,
    server: 'core-2',
    workers: 3,
    line,
    lines: ids => [...[1, 2].map(local), ...ids.map(line)],
    unit: 'callcore@',
    envFile: environment,
    callsVariable: 'CALLCORE_CALLS',
    workersVariable: 'CALLCORE_WORKERS',
    calls: 3,
    askHealth: id => `curl -fs 127.0.0.1:${9000 + id}/health`,
    held: { some: 4, most: 14 },
    mayRefuse: false,
  }
})
after(() => fleet?.operator.leave())

testOperations(() => fleet)

test('the password is asked for once a server', () => {
  assert.match([...asked].sort().join('\n'), /^core-1: .*sudo.*\ncore-2: .*sudo.*$/)
})

test('a file with quotes, CRLF and no last newline has kept all of it', async () => {
  assert.equal(
    await fleet.lab.shell('core-2', `cat ${environment}`),
    'export CALLCORE_KEY="never-print-me"\nCALLCORE_CALLS="3"\r\nCALLCORE_WORKERS=3',
  )
})
