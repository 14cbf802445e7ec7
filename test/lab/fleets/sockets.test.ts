import { after, before } from 'node:test'
import { upstreamFile } from '../fixture/hosts'
import { freshLab } from '../fixture/lab'
import { operatorOf } from '../fixture/session'
import type { FleetKind } from './fleet-kind'
import { testOperations } from './operations'

// The second generation of fleets: workers on unix sockets, one call each, on the host of their nginx.

let fleet: FleetKind

before(async () => {
  const lab = await freshLab(['core-1'])
  await lab.shell(
    'core-1',
    `printf '#!/bin/sh\\nexport VOXCORE_SOCKET=/tmp/voxcore_$VOXCORE_WORKER.sock\\nexec python3 -I /opt/voxcore/voxcore/app.py\\n' >/opt/voxcore/scripts/run_worker.sh
    sed -i 's/^MAX_CONCURRENT_CALLS=.*/MAX_CONCURRENT_CALLS=1/; s/^VOXCORE_WORKERS=.*/VOXCORE_WORKERS=6/' /opt/voxcore/.env
    systemctl enable --quiet voxcore@5 voxcore@6; systemctl restart voxcore@1 voxcore@2 voxcore@3 voxcore@4 voxcore@5 voxcore@6`,
  )
  const { facts } = lab
  const operator = await operatorOf(
    lab,
    `name: sockets
service:
  socket: /tmp/voxcore_%i.sock
  max_concurrent_calls: 1
ssh: { user: deploy, identity_file: ${facts.key}, known_hosts_file: ${facts.knownHosts} }
load_balancer: { server: core-1, method: least_conn, keepalive: 0, zone: 64k, max_conns: 1, fail_timeout: 10 }
servers:
  core-1: { host: ${lab.address('core-1')}, cores: 8, workers: 6 }
rollout: { batch: 2, drain: { timeout: 20s }, ready: { timeout: 15s, checks: 2 } }
`,
  )
  const line = (id: number) => `unix:/tmp/voxcore_${id}.sock max_conns=1 fail_timeout=10`
  fleet = {
    lab,
    operator,
    environment: {},
    upstreamFile,
    server: 'core-1',
    workers: 6,
    line,
    lines: ids => ids.map(line),
    unit: 'voxcore@',
    envFile: '/opt/voxcore/.env',
    callsVariable: 'MAX_CONCURRENT_CALLS',
    workersVariable: 'VOXCORE_WORKERS',
    calls: 1,
    askHealth: id => `curl -fs --unix-socket /tmp/voxcore_${id}.sock http://worker/health`,
    held: { some: 3, most: 7 },
    mayRefuse: true,
  }
})
after(() => fleet?.operator.leave())

testOperations(() => fleet)
