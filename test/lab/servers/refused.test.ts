import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { makeBare } from '../fixture/bare'
import { fleetOps } from '../fixture/command-line'
import { upstreamFile } from '../fixture/hosts'
import { freshLab, type Lab } from '../fixture/lab'
import { type Operator, operatorOf } from '../fixture/session'

// What cannot become a server is refused by what the real host says, before anything is touched: no file there or on the load
// balancer, and not fleet.yaml.

let lab: Lab
let operator: Operator

before(async () => {
  lab = await freshLab(['core-1', 'core-2', 'core-3'])
  await makeBare(lab, 'core-3')
  operator = await operatorOf(lab, { hosts: ['core-1', 'core-2'], workers: { 'core-1': 2, 'core-2': 2 } })
  await operator.run('reload')
})
after(() => operator?.leave())

interface Refusal {
  readonly what: string
  readonly on: string
  readonly make: string
  readonly undo: string
  readonly says: RegExp
}

const refusals = (host: string): readonly Refusal[] => [
  {
    // The hosts share a kernel, so that another architecture can only be told, by a uname before the real one.
    what: 'another architecture',
    on: 'core-3',
    make: `printf '#!/bin/sh\\n[ "$1" = -m ] && echo aarch64 && exit\\nexec /usr/bin/uname "$@"\\n' >/usr/local/bin/uname; chmod 755 /usr/local/bin/uname`,
    undo: 'rm /usr/local/bin/uname',
    says: /core-3 is aarch64 and core-2 is \w+: compiled code of one does not run on the other/,
  },
  {
    what: 'a disk that is too small',
    on: 'core-3',
    make: 'mount -t tmpfs -o size=100M tmpfs /opt',
    undo: 'umount /opt',
    says: /core-3 has 10\d MB free for \/opt\/voxcore, and the copy needs .* of working space/,
  },
  {
    what: 'a port that another program has',
    on: 'core-3',
    make: 'systemd-run -q --unit=squatter python3 -m http.server 8002; while ! curl -fsS -o /dev/null http://127.0.0.1:8002; do sleep 0.1; done',
    undo: 'systemctl stop squatter',
    says: /port 8002 of core-3 is taken by another program/,
  },
  {
    what: 'an address that nginx has already',
    on: 'core-1',
    make: `sed -i 's/^}/    server ${host}:8001;\\n}/' ${upstreamFile}; systemctl reload nginx`,
    undo: `sed -i '/${host}/d' ${upstreamFile}; systemctl reload nginx`,
    says: /nginx on core-1 has \S+:8001 in upstream voxcore_workers already, and nothing listens there on core-3/,
  },
]

test('a server that cannot be one is refused, and nothing is touched', async context => {
  const host = lab.address('core-3')
  const everything = async () => [
    await readFile(operator.path, 'utf8'),
    await lab.shell('core-1', `cat ${upstreamFile}; journalctl -u nginx -o cat --no-pager | grep -c ^Reloaded`),
    await lab.shell(
      'core-3',
      'find /opt /etc /usr/local /var/lib/systemd -xdev -printf "%p %m %u %s %T@ %C@\\n" | sort; systemctl list-unit-files --no-legend',
    ),
  ]
  for (const { what, on, make, undo, says } of refusals(host)) {
    await lab.shell(on, make)
    const before = await everything()
    const run = fleetOps(
      'run',
      'add-server',
      '--server',
      'core-3',
      '--host',
      host,
      '--workers',
      '2',
      operator.path,
      '--yes',
    )
    assert.equal(await run.ended, 3, `${what}: ${run.said()}`)
    assert.match(run.said(), says)
    assert.deepEqual(await everything(), before, what)
    await lab.shell(on, undo)
    context.diagnostic(`${what}: ${says.exec(run.said())?.[0]}`)
  }
  const { plan } = await operator.prepare('add-server', { server: 'core-3', host, workers: 2 })
  assert.deepEqual(plan.refusals, [], 'and without any of that it is taken')
})
