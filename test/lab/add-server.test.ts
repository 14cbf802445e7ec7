import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { makeBare, secret } from './fixture/bare'
import { answeringThroughNginx, nginxServes, upstreamLines, workerPids } from './fixture/hosts'
import { freshLab, type Lab } from './fixture/lab'
import { type Operator, operatorOf } from './fixture/session'

let lab: Lab
let operator: Operator

before(async () => {
  lab = await freshLab(['core-1', 'core-2', 'core-3'])
  await makeBare(lab, 'core-3')
  await lab.shell('core-1', 'systemctl start voxbridge')
  operator = await operatorOf(lab, {
    hosts: ['core-1', 'core-2'],
    workers: { 'core-1': 2, 'core-2': 2 },
    end: `voxbridge: { url: http://${lab.address('core-1')}:8080 }\n`,
  })
  await operator.run('reload')
})
after(() => operator?.leave())

const registered = async () => JSON.parse(await lab.shell('core-1', 'cat /var/lib/voxbridge.json || echo "[]"'))
/** What is in a directory: modes, owners, names and sums. */
const tree = (host: string) =>
  lab.shell(
    host,
    'cd /opt/voxcore && find . -printf "%m %u %p\\n" | LC_ALL=C sort -k 3 && find . -type f ! -name .env | sort | xargs sha256sum',
  )

test('a bare server becomes one of the fleet: code, .env, unit, workers, nginx and VoxBridge', async () => {
  await lab.shell(
    'core-2',
    `useradd --system voxcore; cd /opt/voxcore; mkdir -p __pycache__ logs; touch __pycache__/x.pyc logs/today.log x.log
    python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("/opt/voxcore/x.sock")'
    touch own; chown voxcore: own; chmod 640 .env own; ln -s scripts link
    mkdir /etc/systemd/system/voxcore@.service.d; cd /etc/systemd/system/voxcore@.service.d
    printf '[Service]\\nUser=voxcore\\n' > user.conf; systemctl daemon-reload`,
  )
  const url = `http://${lab.address('core-3')}:8001`
  const given = { server: 'core-3', host: lab.address('core-3'), workers: 2, url }
  const before = await readFile(operator.path, 'utf8')

  const { outcome, events } = await operator.run('add-server', given)

  assert.deepEqual(outcome, { kind: 'done' }, JSON.stringify(outcome))
  const cores = (await lab.shell('core-3', 'nproc')).trim()
  assert.equal(
    await readFile(operator.path, 'utf8'),
    before.replace(
      '\nrollout:',
      `\n  core-3:\n    host: ${given.host}\n    cores: ${cores}\n    workers: 2\n    url: ${url}\nrollout:`,
    ),
  )
  await lab.shell('core-2', 'cd /opt/voxcore; rm -rf __pycache__ logs/today.log x.log x.sock')
  assert.equal(await tree('core-3'), await tree('core-2'))
  assert.equal(
    await lab.shell('core-3', 'cat /opt/voxcore/.env'),
    (await lab.shell('core-2', 'cat /opt/voxcore/.env')).replace('VOXCORE_WORKERS=4', 'VOXCORE_WORKERS=2'),
  )
  assert.equal(await lab.shell('core-3', 'systemctl is-enabled voxcore@1 voxcore@2'), 'enabled\nenabled\n')
  assert.equal(await lab.shell('core-3', 'ls -A /opt /etc/systemd/system | grep fleet-ops-new || true'), '')

  assert.equal(await lab.shell('core-3', 'ps -o user= -p $(systemctl show --value -p MainPID voxcore@1)'), 'voxcore\n')

  const lines = await upstreamLines(lab)
  assert.deepEqual(
    lines.slice(-2),
    [1, 2].map(id => `${given.host}:800${id}`),
  )
  const answering = await answeringThroughNginx(lab)
  const [one, two] = await workerPids(lab, 'core-3', [1, 2])
  assert.ok(answering.has(`8001/${one}`) && answering.has(`8002/${two}`), [...answering].join(' '))
  assert.ok(await nginxServes(lab))
  assert.deepEqual(await registered(), [url])
  assert.ok(!JSON.stringify(events).includes(secret))

  const again = await operator.run('add-server', given)
  assert.deepEqual(again.outcome, { kind: 'nothing-to-do' })
})

test('and is taken out again: VoxBridge first, fleet.yaml last', async () => {
  const { outcome, events } = await operator.run('remove-server', { server: 'core-3' })

  assert.deepEqual(outcome, { kind: 'done' }, JSON.stringify(outcome))
  const [first] = events.flatMap(event => (event.kind === 'step-started' ? [event.step.kind] : []))
  assert.equal(first, 'deregister')
  assert.deepEqual(await registered(), [])
  assert.ok(!(await upstreamLines(lab)).some(line => line.includes(lab.address('core-3'))))
  assert.ok(await nginxServes(lab))
  assert.equal(await lab.shell('core-3', 'systemctl is-active voxcore@1 voxcore@2 || true'), 'inactive\ninactive\n')
  assert.equal(await lab.shell('core-3', 'systemctl is-enabled voxcore@1 voxcore@2 || true'), 'disabled\ndisabled\n')
  assert.ok(!(await readFile(operator.path, 'utf8')).includes('core-3'))
})
